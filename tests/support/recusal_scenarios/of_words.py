"""Promises about every other place where somebody at work writes in words of their own: reasons, letters, masks, exports."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from cases.corrections.corrections import correct_count, revision_of
from cases.counting.facts import facts_of_case
from cases.deciding.deadlines.changes import start_by_hand
from cases.documents.issue import make_document, withdraw_document
from cases.file.contact.originals import say_why_original
from cases.identity.identity import ask_identity
from cases.identity.release import Duty, release_by_law, tell_reporter, untold
from cases.models import Case
from cases.people.colleague import hand_over
from cases.people.concerned import questions_of, say_somebody_else
from cases.people.handover import colleagues
from cases.people.hearing import CONCERNED
from cases.people.not_free import declare_conflict
from cases.people.transfer import ask_transfer, destinations
from cases.redaction.exports import Why, ask_export
from cases.redaction.sets import begin_redaction, check_redaction, mask_text, mask_words, offer
from cases.redaction.sources import sources_of
from cases.worklist.signals import park_again, say_not_free
from organisations.access.bars import Suspended, is_barred, suspend
from organisations.access.policy import Actor
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint
from reporting.form.submission import submit
from reporting.models import Report
from tests.support.barred import run_due
from tests.support.histories.sending import opened, submission_of
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import WHY, must_be_out, part_of, row_of

NAMED = "Karim de Vries nam het."
LETTER = {"next_step": "Wij bellen u.", "feedback_on": "2 maart 2027", "contact": "het meldpunt"}
GROUND = "woo_5_1_2_e"


def transfer(case: Case, words: str, about: str) -> None:
    to = destinations(case)[0].organisation.id
    ask_transfer(case, to, actor=part_of(case, "handler"), reason=words, about=about)


def deadline(case: Case, words: str, about: str) -> None:
    actor, today = part_of(case, "handler"), timezone.localdate()
    start_by_hand(case, "RETALIATION_CHECK", actor=actor, reason=words, since=today, about=about)


def lift(case: Case, words: str, about: str) -> None:
    suspend(case.id, case.report.organisation, [Suspended(str(part_of(case, "co_reader").person.id))])
    actor = part_of(case, "handler")
    say_somebody_else(case, questions_of(case, actor)[0].row.id, words, actor=actor, about=about)


def letter(case: Case, words: str, about: str) -> None:
    values = LETTER | {"next_step": words}
    make_document(case, "acknowledgement", values, actor=part_of(case, "handler"), token=uuid4(), about=about)


def withdrawal(case: Case, words: str, about: str) -> None:
    actor = part_of(case, "handler")
    make_document(case, "acknowledgement", LETTER, actor=actor, token=uuid4())
    withdraw_document(case, 1, reason=words, actor=actor, about=about)


def correction(case: Case, words: str, about: str) -> None:
    revision = revision_of(case, facts_of_case(case))
    assert correct_count(case, None, words, actor=part_of(case, "handler"), revision=revision, about=about)


def export(case: Case, words: str, about: str) -> None:
    why = Why("het dossier", words, "AVG 15")
    ask_export(case, why, redaction=None, outside=False, actor=part_of(case, "handler"), token=uuid4(), about=about)


def redaction(case: Case, words: str, about: str) -> None:
    begin_redaction(case, words, actor=part_of(case, "handler"), token=uuid4(), about=about)


def masked_words(case: Case, words: str, about: str) -> None:
    actor = part_of(case, "handler")
    begin_redaction(case, "Verzoek", actor=actor, token=uuid4())
    mask_words(case, 1, {words: GROUND}, reason="", version=0, actor=actor, about=about)


def check(case: Case, words: str, about: str) -> None:
    actor = part_of(case, "handler")
    begin_redaction(case, "Verzoek", actor=actor, token=uuid4())
    source = sources_of(case, actor)[0].id
    mask_text(case, 1, source, grounds_of={}, reason="", version=0, actor=actor)
    offer(case, 1, actor=actor)
    second = part_of(case, "co_reader")
    check_redaction(case, 1, approve=False, remark=words, seen=1, actor=second, about=about)


def motive(case: Case, words: str, about: str) -> None:
    ask_identity(case, motive="care", words=words, actor=part_of(case, "handler"), token=uuid4(), about=about)


def signal(case: Case, words: str, about: str) -> None:
    actor, until, times = part_of(case, "handler"), timezone.localdate() + timedelta(days=9), case.report.signal.times
    park_again(actor, case.report.id, until, words, about, revision=times)


def _released(case: Case, duty: Duty, about: str = "") -> Actor:
    asked = ask_identity(case, motive="legal_duty", words=WHY, actor=part_of(case, "handler"), token=uuid4())
    advisers = Assignment.objects.running().filter(case=case.id, relation="adviser").order_by("person__name")
    adviser = Actor.at(advisers[0].person, advisers[0].organisation)
    release_by_law(case, asked.id, duty=duty, actor=adviser, about=about)
    return adviser


def duty(case: Case, words: str, about: str) -> None:
    _released(case, Duty("Sv 181 en 182", words, ""), about)


def told(case: Case, words: str, about: str) -> None:
    adviser = _released(case, Duty("Sv 181 en 182", "", "Dat schaadt het onderzoek."))
    tell_reporter(case, untold(case)[0].id, reasons=words, actor=adviser, about=about)


def original(case: Case, words: str, about: str) -> None:
    say_why_original(case, 1, words, actor=part_of(case, "handler"), about=about)


def given(case: Case, words: str, about: str) -> None:
    actor, comes = part_of(case, "co_reader"), colleagues(case)[0].person.id
    hand_over(case, row_of(case, actor.person).id, comes, actor=actor, reason=words, about=about)


def not_free(case: Case, words: str, about: str) -> None:
    reader = part_of(case, "co_reader")
    row = row_of(case, reader.person)
    declare_conflict(case, row.id, actor=reader, grounds=["relative"], reason=words, about=about)


# {what is written: (in a case of which kind, how)}
PLACES: dict[str, tuple[str, Callable[[Case, str, str], None]]] = {
    act.__name__: (kind, act)
    for kind, acts in {
        "integrity": (transfer, deadline, lift, letter, withdrawal, correction, export, redaction, masked_words, check,
                      original, given, not_free),
        "aggression": (motive,),
        "confidential": (duty, told),
        "signal": (signal,),
    }.items()
    for act in acts
}  # fmt: skip


# (place, module in cases, function) of each call of `hear` there.
HEARD = (
    ("transfer", "people.transfer", "ask_transfer"),
    ("given", "people.colleague", "hand_over"),
    ("not_free", "people.not_free", "declare_conflict"),
    ("lift", "people.concerned", "say_somebody_else"),
    ("deadline", "deciding.deadlines.changes", "_change"),
    ("letter", "documents.issue", "make_document"),
    ("withdrawal", "documents.issue", "withdraw_document"),
    ("correction", "corrections.corrections", "correct_count"),
    ("export", "redaction.exports", "ask_export"),
    ("redaction", "redaction.sets", "begin_redaction"),
    ("masked_words", "redaction.sets", "_keep"),
    ("check", "redaction.sets", "check_redaction"),
    ("motive", "identity.identity", "ask_identity"),
    ("duty", "identity.release", "release_by_law"),
    ("told", "identity.release", "tell_reporter"),
    ("original", "file.contact.originals", "say_why_original"),
    ("signal", "worklist.signals", "_keep_why"),
)


def case_for(kind: str, world: World) -> Case:
    if kind == "signal":
        return Case.before_opening(submit(submission_of(world), lane=Report.Lane.SIGNAL))
    return opened(world, known_as=kind) if kind == "confidential" else opened(world, kind)


def out_by(name: str) -> Callable[[World], None]:
    """The promise that whoever is meant by the words of this place is out."""

    def promise(world: World) -> None:
        kind, act = PLACES[name]
        case = case_for(kind, world)
        act(case, NAMED, CONCERNED)
        if kind == "signal":  # there is no case yet: a worker ends the part
            run_due()
        must_be_out(case, world["Vries"])

    promise.__name__ = f"whoever_the_words_of_{name}_are_about_is_out"
    return promise


def the_second_row_of_who_is_not_free_of_a_signal_is_out(world: World) -> None:
    case = case_for("signal", world)
    actor = part_of(case, "handler")
    second = Person.objects.create_person(actor.person.parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    run_due()
    assert not is_barred(case.id, second.id)
    say_not_free(actor, case.report.id)
    assert is_barred(case.id, second.id)
