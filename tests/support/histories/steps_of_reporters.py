"""What reporters do in a history: they report, write, send evidence and give their name."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from organisations.access.recusal import NO, UNKNOWN, Circle
from organisations.access.routing import NoAdviser
from organisations.models import Assignment
from organisations.name_parts import NameParts, display_name
from reporting.complaints.complaints import complain, write_back
from reporting.dialogue.dialogue import say
from reporting.form.persons.weighing import weigh
from reporting.mailbox import mailbox
from reporting.questions.own import questions_for
from tests.support.histories.sending import code_of, codes_of, least, sent, sent_by_api
from tests.support.histories.spelling import sentence_about, spelled, whole_name
from vault.receipts import open_receipt

if TYPE_CHECKING:
    from tests.support.histories.history import History

_STRANGERS = (NameParts("R.", "Ruben", "", "Kok"), NameParts("N.", "Noor", "van der", "Zanden"))


def _report(history: History, slot: int, chance: Random) -> None:
    if slot in history.reports:
        return
    kind = chance.choice(["integrity", "integrity", "aggression", "pressure"])
    way = chance.choice(
        ["chosen", "typed", "typed", "perpetrator", "account", "account", "function", "nobody", "excluded", "stranger"]
    )
    person = history.someone(chance)
    earlier = history.reports.get(chance.choice([0, 1, 2])) if chance.random() < 0.25 else None
    answers = least(kind, chance.choice(["named", "anonymous", "confidential"]))
    subject = "subject" if kind == "integrity" else "colleague"
    if kind == "integrity":
        answers["subject"] = chance.choice(["employee:", "alderman:", "officer:"])
    asked = {question.id for question in questions_for(history.world.town).asked(kind)}
    fields = [field for field in ("subject_name", "perpetrator_name") if field in asked]
    meant = [person]
    if way == "chosen":
        answers[subject] = f"{code_of(person)}:{person.id}"
    elif way == "typed":
        answers[fields[0]] = spelled(person, chance, field=True)
    elif way == "perpetrator":
        answers[fields[-1]] = spelled(person, chance, field=True)
    elif way == "account":
        answers["account"] = sentence_about(spelled(person, chance, field=False), chance)
        answers |= chance.choice([{}, {"about_reader": UNKNOWN}])
    elif way == "function":
        answers[subject] = f"{code_of(person)}:"
        meant = history.holders(code_of(person))
    elif way == "stranger":
        history.strangers[slot] = chance.choice(_STRANGERS)
        answers[fields[-1]] = display_name(history.strangers[slot])
        meant = []
    elif way == "excluded":
        answers["excluded"] = [str(person.id)]
    else:
        meant = []
    if kind == "integrity" and answers["subject"].endswith(":"):  # everybody who holds a function that was chosen
        meant = [*meant, *history.holders(answers["subject"][:-1])]
    by_api = earlier is None and way != "excluded" and chance.random() < 0.2
    send = sent_by_api if by_api else sent
    try:
        report, receipt = send(history.world, kind, earlier, **answers)
    except NoAdviser:
        report, receipt = send(history.world, kind, earlier, **{**answers, "known_as": "anonymous"})
    history.reports[slot], history.receipts[slot] = report, receipt
    history.done[-1] += f" {kind} {way} {answers}"
    history.is_meant(slot, *meant)
    if earlier:
        before = next(number for number, other in history.reports.items() if other == earlier)
        ids = {*history.about.get(before, ())}
        history.is_meant(slot, *(other for other in history.people if other.id in ids))
    history.held[slot] = set()


def _message(history: History, slot: int, chance: Random) -> None:
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    person, token = history.someone(chance, slot), chance.randbytes(16)
    what = chance.choice(["meant", "meant", "asked", "retaliation", "withdrawal", "mentioned", "said"])
    text = sentence_about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    if what == "mentioned":
        if history.nobody_meant_is_called_so(slot, person):
            mailbox.send_message(box, f"{whole_name(person)} was ook in de zaal.", NO, [], token=token)
        return
    if what == "meant":
        mailbox.send_message(box, text, chance.choice(["", UNKNOWN]), [], token=token)
    elif what == "asked":
        asked = mailbox.functions_reading(box.report)
        codes = sorted(codes_of(person) & set(asked))
        mailbox.send_message(box, text, codes[0] if codes else UNKNOWN, [], token=token)
        if codes:
            reading = Assignment.objects.holding().filter(case=box.report.case, capacity=codes[0])
            ids = set(reading.values_list("person", flat=True))
            history.is_meant(slot, *history.holders(codes[0]))
            history.is_meant(slot, *(other for other in history.people if other.id in ids))
    elif what == "retaliation":
        mailbox.tell_retaliation(box, text, token=token)
    elif what == "withdrawal":
        mailbox.ask_withdrawal(box, text, token=token)
    else:
        mailbox.tell_experience(box, "2", text, token=token)
    history.is_meant(slot, person)


def _evidence(history: History, slot: int, chance: Random) -> None:
    """Words that nobody can be asked about: what the mailbox does with a pile of messages, without cleaning files."""
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    person = history.someone(chance, slot)
    text = sentence_about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    weigh(box.report, Circle(unasked=(text,)))
    say(box.report, box.key, text, token=chance.randbytes(16))
    history.is_meant(slot, person)


def _name_given(history: History, slot: int, chance: Random) -> None:
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    if not box.can_give_name:
        return
    person = history.someone(chance, slot)
    how = chance.choice(["named", "confidential"])
    mailbox.share_identity(box, whole_name(person), "", how, token=chance.randbytes(16))
    history.is_meant(slot, person)


def _told_apart(history: History, slot: int, chance: Random) -> None:
    """The reporter says something against who handles the report: to others, of which nobody of the case hears."""
    opened = open_receipt(history.receipts[slot])
    assert opened
    report, person = history.reports[slot], history.someone(chance, slot)
    text = sentence_about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    inside = set(Assignment.objects.filter(case=report.case).values_list("person", flat=True))
    if complaint := history.complaints.get(slot):
        write_back(complaint, opened, text, token=chance.randbytes(16))
        inside = set()
    else:
        kind = chance.choice(["retaliation", "complaint", "other_handler", "formal_complaint"])
        complaint = complain(report, opened, kind, text, token=chance.randbytes(16))
        assert complaint
        history.complaints[slot] = complaint
    history.against.setdefault(complaint.id, set()).update({person.id, *inside})


OF_REPORTERS = {
    "told apart": _told_apart,
    "report": _report,
    "message": _message,
    "evidence": _evidence,
    "name given": _name_given,
}
