"""What a first user found to be untrue in deeds, each thing tried as they did: through the pages, or by the functions behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.deeds import Deed, Sent, TextToReporter, own_words
from cases.deciding.judging import options_of
from cases.deciding.proposals import propose
from cases.deciding.records.records import end_record
from cases.desk.refusals import Refused
from cases.models import Case
from cases.people.hearing import AskFirst, named_people
from cases.protocol.checking.sanctions import names_sanction
from cases.protocol.kinds.forms import message_forms
from organisations.models import Assignment, Person, function_code
from reporting.dialogue.dialogue import say
from tests.support.build import REASON, a_case, a_place, allowed, posted, read_report, signed_in, take, walk, who
from tests.support.pages import fields_of
from tests.support.reporter import words_of
from vault.compartments import Compartment, open_compartment
from weerbaar.demo.deeds import a_deed, a_row

pytestmark = pytest.mark.django_db
TO_HEARING = ("register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed")


def _officer(case: Case):
    return who(case.id, "case_officer")


def _option(case: Case, code: str, now=None):
    return next(option for option in options_of(case, now=now) if option.code == code)


def _page(case: Case, code: str) -> str:
    return words_of(signed_in(_officer(case).person).get(f"/werkplek/zaak/{case.id}/besluit/{code}/"))


def _refused(case: Case, code: str, **fields) -> str:
    answer = signed_in(_officer(case).person).post(
        f"/werkplek/zaak/{case.id}/besluit/{code}/", posted(case, code, **fields)
    )
    assert answer.status_code == 422
    return words_of(answer)


def _high(place=None) -> Case:
    return walk(a_case(place or a_place()), "acknowledge", "assess", "high", "adopt")


# A high threat


def test_after_a_high_weighing_nobody_answers_the_perpetrator_or_ends_anything_before_the_police_heard_of_it():
    case = _high()
    assert not {"respond_letter", "respond_talk", "respond_none"} & allowed(case)
    assert "Dreiging" in _refused(case, "respond_letter")
    take(case, "consult_police", _officer(case))
    case.refresh_from_db()
    assert {"respond_letter", "respond_talk", "respond_none"} <= allowed(case)
    walk(case, "respond_letter", "not_filed", "no_damage", "give_feedback")
    walk(case, "high")  # weighed again, much later: the police hear of that too
    assert not {"no_more_care", "not_reached", "complete"} & allowed(case)


def test_without_a_consultation_two_people_say_why():
    case = _high()
    rule = _option(case, "no_police_consultation").decision
    with pytest.raises(Refused):
        decide(
            case,
            Choice("no_police_consultation", REASON, deed=a_deed(case, rule, timezone.now())),
            actor=_officer(case),
            revision=case.revision,
        )
    take(case, "no_police_consultation", _officer(case))
    case.refresh_from_db()
    assert "respond_talk" in allowed(case)


def test_after_a_high_threat_two_people_end_care_early_and_else_one():
    place = a_place()
    case = walk(_high(place), "respond_letter", "not_filed", "no_damage", "give_feedback")
    assert _option(case, "no_more_care").decision.done_by.other_person
    assert "Stel voor: Wie het overkwam wil geen nazorg meer" in _page(case, "no_more_care")
    low = walk(
        a_case(place), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", "give_feedback"
    )
    assert not _option(low, "no_more_care").decision.done_by.other_person


def test_that_the_reporter_wrote_to_want_no_care_is_only_true_where_they_wrote():
    case = walk(
        a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", "give_feedback"
    )
    said = {"record-1-how": "message", "record-1-heard_by": ""}
    assert "alleen als wie het overkwam zelf in het postvak schreef" in _refused(case, "no_more_care", **said)
    actor = _officer(case)
    key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    say(case.report, key, "U hoeft mij niet meer te bellen.")
    client = signed_in(actor.person)
    answer = client.post(f"/werkplek/zaak/{case.id}/besluit/no_more_care/", posted(case, "no_more_care", **said))
    assert answer.status_code == 302


def test_not_reached_is_two_attempts_on_two_days_with_a_message_and_a_second_person():
    case = walk(
        a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", "give_feedback"
    )
    rule = _option(case, "not_reached").decision
    now = timezone.localtime().replace(hour=12) + timedelta(days=4)
    row = {**a_row("unreached", now), "first": (now - timedelta(hours=1)).isoformat()}
    told = TextToReporter("Wij konden u twee keer niet bereiken. Schrijf hier als u iemand wilt spreken.")
    assert rule.done_by.other_person
    with pytest.raises(Refused, match="1 dag"):
        propose(
            case,
            Choice("not_reached", REASON, deed=Deed(told, (row,))),
            actor=_officer(case),
            revision=case.revision,
            now=now,
        )
    walk(case, "not_reached", now=now)
    assert case.phase == "evaluation"


def test_damage_that_is_open_is_handed_on_with_a_reason_before_the_case_closes():
    case = walk(
        a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "recovered", "give_feedback",
        "no_more_care",
    )  # fmt: skip
    assert _option(case, "close").still_runs == ("damage",)
    record, on = case.records.get(form="damage"), timezone.localdate()
    with pytest.raises(Refused):
        end_record(case, record.id, "handed_on", on, {"whom": "De verzekeraar"}, actor=_officer(case))
    end_record(
        case, record.id, "handed_on", on, {"whom": "De verzekeraar", "why": "Loopt daar nog."}, actor=_officer(case)
    )
    assert "close" in allowed(case)


# What is recorded agrees with the case and with itself


def test_a_letter_cannot_say_that_the_threat_is_not_high_when_it_was_weighed_high():
    place = a_place()
    case = walk(_high(place), "consult_police")
    assert "alleen als “Dreiging” is:" in _page(case, "respond_letter")  # said beforehand, without script
    assert "alleen als “Dreiging” is:" in _refused(case, "respond_letter", **{"record-1-police": "low"})
    alone = _high(place)
    take(alone, "no_police_consultation", _officer(alone))
    alone.refresh_from_db()
    _refused(alone, "respond_letter", **{"record-1-police": "agreed"})
    walk(alone, "respond_letter")


@pytest.mark.parametrize(
    ("code", "fields", "words"),
    [
        (
            "assess",
            {"record-1-ties": "none", "record-1-which": "Mijn zwager."},
            "Dit past niet bij een ander antwoord",
        ),
        (
            "low",
            {"record-1-history": "first", "record-1-addressed_on": "2026-11-02"},
            "Dit past niet bij een ander antwoord",
        ),
    ],
)
def test_answers_that_contradict_each_other_are_refused_with_the_rule(code, fields, words):
    case = walk(a_case(a_place()), "acknowledge", *(["assess"] if code == "low" else []))
    assert "Vul dit alleen in als u bij" in _page(case, code)
    assert words in _refused(case, code, **fields)


def test_a_contact_lies_after_the_report_to_the_minute_and_a_police_report_may_lie_before_it():
    with time_machine.travel(timezone.now().replace(hour=11), tick=False) as traveller:
        case = walk(a_case(a_place()), "acknowledge", "assess", "low")
        early = timezone.localtime() - timedelta(hours=2)  # on the day of the report, before it
        traveller.shift(timedelta(hours=1))
        at = f"{early:%Y-%m-%dT%H:%M}"
        assert "vóór de melding" in _refused(case, "aftercare_24h", **{"record-1-at": at})
        walk(case, "respond_letter", "offer_police_report")
        client = signed_in(_officer(case).person)
        url = f"/werkplek/zaak/{case.id}/besluit/filed/"
        assert client.post(url, posted(case, "filed", **{"record-1-at": at})).status_code == 302


def test_a_day_ahead_is_not_for_ever():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low")
    until = f"{timezone.localdate() + timedelta(days=15):%Y-%m-%d}"
    assert ", 7 dagen" in _refused(case, "respond_later", **{"record-1-until": until})


def test_waiting_to_respond_has_an_end():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_later", "respond_later", "respond_later")
    assert not _option(case, "respond_later").allowed
    assert "zo vaak gedaan als mag" in _refused(case, "respond_later")


def test_all_faults_of_a_page_are_told_at_once_each_at_its_field_with_everything_typed():
    case = walk(a_case(a_place()), "acknowledge", "assess", "medium", "adopt")
    fields = {
        "record-1-victim_on": "2001-01-01",
        "record-1-police": "",
        "document": "elsewhere",
        "document_where": "kort",
        "document_on": "2001-01-01",
        "message": "Wij schreven [vul in] aan de veroorzaker.",
    }
    answer = signed_in(_officer(case).person).post(
        f"/werkplek/zaak/{case.id}/besluit/respond_letter/", posted(case, "respond_letter", **fields)
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    wrong = {name for name in fields if f'id="{name}-error"' in page}
    assert wrong == {name for name in fields if name != "document"}  # five faults
    assert "Wij schreven [vul in] aan de veroorzaker." in page
    assert 'value="kort"' in page
    assert REASON in page
    assert "respond_letter" not in case.decisions.values_list("code", flat=True)


# Records and criminal law


def test_a_police_report_that_is_known_is_offered_and_none_is_refused():
    case = walk(
        a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "may_be_criminal", "offer_police_report"
    )
    rule = _option(case, "report_at_once").decision
    deed = a_deed(case, rule, timezone.now())
    row = {**deed.rows[0], "number": "PL-2027-4711"}
    take(case, "report_at_once", _officer(case), deed=replace(deed, rows=(row,)))
    case.refresh_from_db()
    assert "not_filed" not in allowed(case)
    assert "Strafrecht" in _refused(case, "not_filed")
    answer = signed_in(_officer(case).person).get(f"/werkplek/zaak/{case.id}/besluit/filed/")
    assert 'value="PL-2027-4711"' in answer.content.decode()  # nobody is asked twice
    assert "Strafrecht: Aangifte gedaan" in words_of(answer)
    walk(case, "filed")
    assert dict(case.tracks.values_list("track", "state"))["criminal"] == "filed"


def test_damage_is_not_claimed_in_a_criminal_trial_that_nobody_began():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed")
    assert "Strafrecht: Geen aangifte" in _page(case, "recovered")
    assert "alleen als “Strafrecht” is:" in _refused(case, "recovered", **{"record-1-claimed": "criminal"})


def test_a_police_report_is_the_outcome_only_where_it_was_made():
    case = walk(a_case(a_place(), "integrity"), "register", "accept")
    case = walk(
        case, "investigate", "internal", "inform_subject", "signed", "draft_ready", "replies_in", "accept_report"
    )
    walk(case, "to_body")
    assert "police_report" not in _option(case, "dispose").decision.outcome
    walk(case, "may_be_criminal", "report_at_once")
    assert "police_report" in _option(case, "dispose").decision.outcome


def test_nobody_is_heard_while_the_prosecution_is_asked_and_the_consultation_is_with_the_prosecution():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", *TO_HEARING, "may_be_criminal", "consult_prosecution")
    assert _option(case, "hear").waits_for == ("criminal",)
    assert (
        "record-1-partner"
        not in signed_in(_officer(case).person)
        .get(f"/werkplek/zaak/{case.id}/besluit/prosecution_releases/")
        .content.decode()
    )
    walk(case, "prosecution_releases", "hear")


# Ended once


@pytest.mark.parametrize("by_record", [True, False])
def test_an_interim_measure_is_ended_once(by_record):
    case = walk(
        a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure", "tell_interim"
    )
    record = case.records.get(form="interim")
    if by_record:
        end_record(case, record.id, "done", timezone.localdate(), {}, actor=_officer(case))
    else:
        walk(case, "end_interim_measure")
    record.refresh_from_db()
    assert record.came_to == ("done" if by_record else "stopped")
    assert dict(case.tracks.values_list("track", "state"))["interim_measure"] == "ended"


# Hearing and reply


def test_who_is_heard_has_five_working_days_unless_they_asked_for_less():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", *TO_HEARING)
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert "5 werkdagen" in _page(case, "hear")
    assert "5 werkdagen" in _refused(case, "hear", **{"record-1-invited_on": today, "record-1-sooner": ""})
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        answer = signed_in(_officer(case).person).post(
            f"/werkplek/zaak/{case.id}/besluit/hear/",
            posted(case, "hear", **{"record-1-invited_on": today, "record-1-sooner": ""}),
        )
    assert answer.status_code == 302


# The reporter


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_the_ready_made_words_of_a_text_never_ask_whether_they_are_about_a_reader(kind):
    case = a_case(a_place(), kind)
    officer, code = _officer(case), "acknowledge"
    client = signed_in(officer.person)
    client.get(f"/werkplek/zaak/{case.id}/melding/")
    begins = fields_of(client.get(f"/werkplek/zaak/{case.id}/besluit/{code}/"))["message"]
    # A colleague who reads along holds the same function.
    own = Assignment.objects.holding().filter(case=case.id, person=officer.person).first()
    other = Assignment.objects.holding().filter(case=case.id).exclude(person=officer.person).first()
    words = str(function_code(own.capacity))
    assert words in begins
    Person.objects.filter(id=other.person_id).update(name=words.capitalize())
    assert named_people(case, begins, officer.person.id)
    deed = Deed(TextToReporter(f"{begins} Ook de {words} weet hiervan."))
    with pytest.raises(AskFirst):
        decide(case, Choice(code, deed=deed), actor=officer, revision=case.revision)
    decide(case, Choice(code, deed=Deed(TextToReporter(begins))), actor=officer, revision=case.revision)


def test_a_sentence_of_which_one_letter_was_changed_is_the_writers():
    offered = "Ik ben burgemeester en behandel haar. U hoort meer."
    assert own_words(offered, offered) == ""
    assert (
        own_words("Ik ben Burgemeester en behandel haar. U hoort meer.", offered)
        == "Ik ben Burgemeester en behandel haar."
    )
    assert own_words(offered, "") == offered


def test_an_acknowledgement_is_read_first():
    case = a_case(a_place())
    officer = _officer(case)
    deed = Deed(TextToReporter("Uw melding is bij mij. U hoort vrijdag meer."))
    with pytest.raises(Refused, match="Lees eerst de melding"):
        decide(case, Choice("acknowledge", deed=deed), actor=officer, revision=case.revision)
    assert "U las de melding nog niet" in _page(case, "acknowledge")
    read_report(case, who(case.id, "handler"))  # somebody else
    with pytest.raises(Refused):
        decide(case, Choice("acknowledge", deed=deed), actor=officer, revision=case.revision)
    signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/melding/")
    assert "U las de melding nog niet" not in _page(case, "acknowledge")
    decide(case, Choice("acknowledge", deed=deed), actor=officer, revision=case.revision)


@pytest.mark.parametrize(
    "text", ["Hij kreeg strafontslag.", "Zij is geschorst.", "Er volgde een berisping.", "Hij betaalt een boete."]
)
def test_a_text_that_may_name_a_sanction_asks_the_writer_and_keeps_the_answer(text):
    case = walk(a_case(a_place()), "acknowledge")
    assert "misschien een sanctie" in _refused(case, "give_feedback", message=text)
    client, url = signed_in(_officer(case).person), f"/werkplek/zaak/{case.id}/besluit/give_feedback/"
    sent = posted(case, "give_feedback", message=text, message_no_sanction=["yes"])
    assert client.post(url, sent).status_code == 302
    assert "zei dat de tekst geen sanctie van een persoon noemt" in words_of(
        client.get(f"/werkplek/zaak/{case.id}/besluiten/")
    )


def test_a_message_in_the_mailbox_asks_the_same():
    from uuid import uuid4

    case = a_case(a_place())
    client, url = signed_in(_officer(case).person), f"/werkplek/zaak/{case.id}/berichten/"
    sent = {"text": "Hij is ontslagen en geschorst.", "token": uuid4()}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "misschien een sanctie" in words_of(answer)
    assert client.post(url, sent | {"no_sanction": ["yes"]}).status_code == 302


def test_no_text_that_the_product_offers_names_a_sanction():
    for form in message_forms().values():
        for text in (form.begins, form.remedy, *form.reasons.values()):
            assert not names_sanction(str(text or "")), text


def test_what_was_kept_of_a_deed_before_it_had_this_question_is_still_read():
    old = {"told": {"text": "Gedaan.", "reason": "", "way": "mailbox", "at": "", "whom": ""}}
    assert Deed.of_data(old) == Deed(TextToReporter("Gedaan."), (), Sent())
