"""A measure against somebody from outside: nobody can record one without what an ombudsman asks, and the page says what is late."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.deciding.records.records import end_record
from cases.desk.refusals import Refused
from cases.measures.letter import letter_values, make_letter
from cases.measures.measures import measure_files, register_for
from cases.models import BarredVisitor, CaseRecord, CaseTrack, Deadline, Proposal
from cases.protocol.composition import national, protocol_templates
from cases.protocol.kinds.forms import record_forms
from organisations.access.bars import recuse
from reporting.pdf import can_make_pdf
from tests.support.build import a_case, allowed, posted, signed_in, walk, who
from tests.support.measures import (
    ACUTE,
    BAN,
    DECIDE,
    GO_ON,
    HEAR,
    NAME,
    SEND,
    a_measure,
    a_pressure_case,
    a_weighed_case,
    done,
)
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
makes_pdf = pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")
FORM = record_forms()["outsider_measure"]
BEGUN = {"safety": a_weighed_case, "integrity": a_pressure_case}  # {protocol: a case in which a measure can be taken}


def _ways(protocol: str) -> list[str]:
    """The decisions by which a measure against somebody is recorded."""
    every = [(code, record_forms().get(rule.done_by.record)) for code, rule in national(protocol).every_decision()]
    return [code for code, form in every if form and form.against]


def _officer(case):
    return signed_in(who(case.id, "case_officer").person)


def _page(case, name="case_measures", *args) -> str:
    return words_of(_officer(case).get(reverse(f"cases:{name}", args=[case.id, *args])))


def _sent(case, code, **fields):
    return _officer(case).post(reverse("cases:decision", args=[case.id, code]), posted(case, code, **fields))


def _asked(protocol: str, code: str) -> list[str]:
    """What the page of this decision asks and must have, under the names of its fields."""
    rule = dict(national(protocol).every_decision())[code]
    given = rule.done_by.given
    needed = [
        name
        for name, field in FORM.fields.items()
        if name not in given
        and (not field.optional or any(given.get(other) in answers for other, answers in field.needed_when.items()))
    ]
    return [*(f"record-1-{name}" for name in needed), "person", "reason"]


def _letter(case) -> str:
    """What the letter of the measure that was taken last says, as its page shows it."""
    record = case.records.filter(form="outsider_measure").latest("decision__sequence")
    officer, address = _officer(case), reverse("cases:measure_letter", args=[case.id, record.id])
    token = officer.get(address).content.decode().split('name="token" value="')[1].split('"')[0]
    typed = {"addressee": NAME, "signed_by": "A. Voorzitter", "signed_as": "Voorzitter", "show": "1", "token": token}
    return words_of(officer.post(address, typed))


@pytest.mark.parametrize("protocol", BEGUN)
def test_these_are_the_ways_to_record_a_measure(protocol):
    assert set(BEGUN) == set(protocol_templates())
    assert _ways(protocol) == [DECIDE, ACUTE]
    forms = {form for form, rule in record_forms().items() if rule.against}
    assert forms == {"outsider_measure"}


@pytest.mark.parametrize("protocol", BEGUN)
def test_no_measure_can_be_recorded_without_any_of_what_an_ombudsman_asks(protocol):
    """Each form by which a measure can be recorded, and each thing on it: left out, nothing is proposed."""
    case = BEGUN[protocol](a_place())
    for code in _ways(protocol):
        asked = _asked(protocol, code)
        parts = {f"record-1-{name}" for part, name in FORM.against.model_dump().items() if name != "heard"}
        assert parts <= set(asked)
        heard = {"record-1-heard_on", "record-1-heard_how", "record-1-heard_words"}
        assert ({"record-1-acute"} if code == ACUTE else heard) <= set(asked)
        for name in asked:
            assert _sent(case, code, **{name: ""}).status_code == 422, (code, name)
    assert not Proposal.objects.exists()
    assert not CaseRecord.objects.filter(form="outsider_measure").exists()
    assert _sent(case, DECIDE).status_code == 302  # nothing else was wrong
    assert Proposal.objects.get().code == DECIDE  # and it counts when a second one agrees
    assert not CaseRecord.objects.filter(form="outsider_measure").exists()


def test_a_case_of_pressure_has_measures_with_all_that_belongs_to_them():
    """The same record, register, letter, hearing and end as in a case of aggression."""
    case = a_pressure_case(a_place())
    assert HEAR not in allowed(case)  # there is none yet
    measure = a_measure(case, ACUTE, **BAN)
    assert case.deadlines.running().get(code="HEAR_OUTSIDER_1W").record == measure
    assert [one.record for one in register_for(who(case.id, "case_officer"))] == [measure]
    assert "de brief is nog niet verstuurd" in _page(case, "overview")
    warned = (
        _officer(case).get(reverse("cases:overview", args=[case.id])).content.decode().split("utrecht-alert__message")
    )
    leads = f'href="{reverse("cases:case_measures", args=[case.id])}"'
    assert [leads in words.split("</section>")[0] for words in warned[1:]] == [True], (
        "every warning leads to where it is mended"
    )
    assert "burgerlijke rechter" in _letter(case)
    done(case, SEND)
    done(case, HEAR)
    assert not case.deadlines.running().filter(code="HEAR_OUTSIDER_1W").exists()
    assert BarredVisitor.objects.get().record == measure
    end = dict(case.protocol.phases)["closed"]
    assert "outsider_measure" in end.ended


def test_a_case_of_integrity_has_no_measure_against_somebody_from_outside():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    assert not {DECIDE, ACUTE, HEAR, SEND, GO_ON} & allowed(case)
    assert _sent(case, DECIDE).status_code in {404, 422}
    assert not Proposal.objects.exists()


def test_nobody_is_heard_while_the_prosecution_is_being_asked():
    case = a_pressure_case(a_place())
    assert {DECIDE, ACUTE} <= allowed(case)
    CaseTrack.objects.update_or_create(case=case, track="criminal", defaults={"state": "to_weigh"})
    assert DECIDE not in allowed(case)
    assert ACUTE in allowed(case)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"rights": "only"}, "nooit alleen een grond"),
        ({"ground": "owner"}, "past alleen bij"),  # a warning is no ban
        ({"what": "ban", "ground": "owner"}, "Voor welke gebouwen"),
        ({"what": "ban", "ground": "contact", "places": "Stadhuis"}, "past alleen bij"),
        ({"until": "2026-03-05"}, "ligt vóór"),  # before the review
        ({"until": "2028-03-05"}, "365"),
    ],
)
@time_machine.travel("2026-03-04T10:00:00+01:00", tick=False)
def test_what_does_not_hold_is_refused_where_it_stands(answers, words):
    case = a_weighed_case(a_place())
    page = _sent(case, DECIDE, **{f"record-1-{name}": answer for name, answer in answers.items()})
    assert page.status_code == 422
    assert words in words_of(page)
    assert not Proposal.objects.exists()


@makes_pdf
def test_the_file_shows_of_each_measure_what_an_ombudsman_asks():
    """Facts, hearing or why not, proportion, end, review, services kept, contact and remedy, of each that was recorded."""
    case = a_weighed_case(a_place())
    said = {name: f"Vraag {number}: {name}." for number, name in enumerate(["facts", "said", "proportion", "services", "services_how", "contact"])}  # fmt: skip
    a_measure(case, DECIDE, **BAN, **said, heard_words="Hij zei dat het hem speet.")
    a_measure(case, ACUTE, **BAN, **said, acute="Hij stond voor de deur met een honkbalknuppel.")
    page = _page(case)
    assert page.count(NAME) >= 2
    for words in said.values():
        assert page.count(words) == 2
    assert "Hij zei dat het hem speet." in page
    assert "Hij stond voor de deur met een honkbalknuppel." in page
    assert page.count("burgerlijke rechter") == 2
    day = timezone.localdate() + timedelta(days=30)
    assert page.count(f"{day:%Y}") >= 4  # end and review of both
    assert "moet nog worden gehoord" in page


@pytest.mark.parametrize(
    ("ground", "what", "says", "says_not"),
    [
        ("owner", BAN, "burgerlijke rechter", "binnen zes weken"),
        ("order", {**BAN, "ground": "order"}, "bezwaar bij de burgemeester, binnen zes weken", "burgerlijke rechter"),
        ("contact", {"what": "channel", "ground": "contact"}, "klacht", "binnen zes weken"),
        (
            "decision",
            {"what": "service", "ground": "decision"},
            "bezwaar bij ons, binnen zes weken",
            "burgerlijke rechter",
        ),
    ],
)
def test_the_letter_says_the_remedy_that_belongs_to_the_ground(ground, what, says, says_not):
    case = a_weighed_case(a_place())
    record = a_measure(case, **what)
    one = measure_files(case, who(case.id, "case_officer"))[0]
    assert one.shown.record == record
    assert one.whom == NAME
    assert says in letter_values(one)["remedy"]
    assert says_not not in letter_values(one)["remedy"]


@makes_pdf
def test_the_letter_is_made_of_the_record_and_of_no_other():
    case = a_weighed_case(a_place())
    first = a_measure(case, **BAN, facts="Op 3 maart sloeg hij een ruit in.")
    officer = _officer(case)
    address = reverse("cases:measure_letter", args=[case.id, first.id])
    typed = {"addressee": NAME, "signed_by": "A. Voorzitter", "signed_as": "Voorzitter", "show": "1"}
    page = officer.get(address).content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    shown = words_of(officer.post(address, {**typed, "token": token}))
    assert "Op 3 maart sloeg hij een ruit in." in shown
    assert "Het stadhuis en het gemeentehuis" in shown
    assert "volgens onze registratie" in shown
    assert "burgerlijke rechter" in shown
    assert "Kritiek geven, een klacht indienen" in shown
    # Nobody writes this kind as other documents, and the letter of another measure shows nothing.
    assert officer.get(reverse("cases:write_document", args=[case.id, "outsider_measure"])).status_code == 404
    second = a_measure(case, **BAN)
    typed = {"addressee": NAME, "address": "", "signed_by": "A", "signed_as": "B"}
    actor = who(case.id, "case_officer")
    letter = make_letter(case, first.id, typed, actor=actor, token=UUID(token))
    sent = posted(case, SEND, document=letter.number)
    sent["record-1-measure"] = second.decision.sequence
    refused = officer.post(reverse("cases:decision", args=[case.id, SEND]), sent)
    assert refused.status_code == 422
    assert "een andere maatregel" in words_of(refused)
    assert not case.records.filter(form="outsider_told").exists()


@makes_pdf
def test_after_a_review_the_person_is_told_with_a_new_letter():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        record = a_measure(case, **BAN, review="2026-03-20", until="2026-04-01")
        done(case, SEND)
        assert "De brief is nog niet verstuurd" not in _page(case)
        clock.move_to("2026-03-25T10:00:00+01:00")
        assert "De dag van herziening is voorbij" in _page(case)
        old = case.documents.get().number
        done(case, GO_ON, review="2026-04-20", until="2026-05-01", still="Hij kwam weer langs.")
        record.refresh_from_db()
        assert (record.review_on, record.until) == (date(2026, 4, 20), date(2026, 5, 1))
        page = _page(case)
        assert "De brief is nog niet verstuurd" in page
        assert "Hij kwam weer langs." in page
        clock.move_to("2026-03-25T10:05:00+01:00")
        refused = _sent(case, SEND, document=old)
        assert refused.status_code == 422
        assert "Maak eerst een nieuwe brief" in words_of(refused)
        done(case, SEND)
        assert "De brief is nog niet verstuurd" not in _page(case)
        values = letter_values(measure_files(case, who(case.id, "case_officer"))[0])
        assert (values["until"], values["still"]) == ("1 mei 2026", "Hij kwam weer langs.")


def test_two_people_let_a_measure_go_on_and_nobody_moves_its_last_day_alone():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    assert dict(case.protocol.every_decision())[GO_ON].done_by.other_person
    page = _officer(case).post(
        reverse("cases:extend_record", args=[case.id, record.id]),
        {"until": (record.until + timedelta(days=9)).isoformat(), "reason": "Het is nog nodig."},
    )
    assert page.status_code == 422


def test_a_measure_that_goes_on_does_not_end_sooner():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False):
        case = a_weighed_case(a_place())
        record = a_measure(case, **BAN, review="2026-03-20", until="2026-06-01")
        sooner = {"record-1-review": "2026-03-10", "record-1-until": "2026-05-31"}
        refused = _sent(case, GO_ON, **sooner)
        assert refused.status_code == 422
        assert "loopt tot en met 1 juni 2026" in words_of(refused)
        record.refresh_from_db()
        assert record.until == date(2026, 6, 1)
        done(case, GO_ON, review="2026-03-10", until="2026-06-01")  # the same last day is no shorter


def test_an_end_says_when_the_person_was_told_and_no_measure_has_run_out_before_its_last_day():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    actor, today = who(case.id, "case_officer"), timezone.localdate()
    with pytest.raises(Refused) as refused:
        end_record(case, record.id, "stopped", today, {"why": "Het is rustig gebleven."}, actor=actor)
    assert {refused.value.field, *(field for _words, field in refused.value.more)} >= {"record-1-told_on"}
    with pytest.raises(Refused):
        end_record(case, record.id, "done", today, {}, actor=actor)
    record.refresh_from_db()
    assert record.came_to == ""
    told = {"why": "Het is rustig gebleven.", "told_on": today.isoformat(), "told_how": "Per brief"}
    end_record(case, record.id, "stopped", today, told, actor=actor)
    assert "Het is rustig gebleven." in _page(case)


def test_the_page_says_before_everything_else_that_somebody_was_not_heard_within_a_week():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        first, second = a_measure(case, ACUTE, **BAN), a_measure(case, ACUTE, **BAN, name="Bram Anders")
        own = Deadline.objects.filter(case=case, code="HEAR_OUTSIDER_1W")
        assert set(own.values_list("record", flat=True)) == {first.id, second.id}
        assert first.hear_by == date(2026, 3, 11)
        assert "niet gehoord" not in _page(case, "overview")
        assert f"besluit {first.decision.sequence} is, kent de maatregel niet" in _page(case), (
            "the page of measures warns as the case page"
        )
        clock.move_to("2026-03-11T09:00:00+01:00")
        done(case, HEAR, measure=str(first.decision.sequence))  # of the first one, not of the second
        assert own.get(record=first).met_at is not None
        assert own.get(record=second).met_at is None
        clock.move_to("2026-03-12T12:00:00+01:00")
        page = _officer(case).get(reverse("cases:overview", args=[case.id])).content.decode()
        said = f"besluit {second.decision.sequence} is, is niet gehoord"
        assert said in words_of(_officer(case).get(reverse("cases:overview", args=[case.id])))
        assert page.count("is niet gehoord") == 1
        assert page.index("utrecht-alert--error") < page.index("<h2")
        done(case, HEAR, measure=str(second.decision.sequence))
        assert "is te laat gehoord" in _page(case, "overview")
        assert "niet gehoord" not in _page(case, "overview")


def test_what_is_done_of_a_measure_is_offered_only_while_one_runs():
    case = a_weighed_case(a_place())
    officer = _officer(case)
    for code in (HEAR, SEND, GO_ON, "respond_ban"):
        assert officer.get(reverse("cases:decision", args=[case.id, code])).status_code == 302, code
        assert reverse("cases:decision", args=[case.id, code]) not in _page(case, "overview")
    a_measure(case, **BAN)
    assert officer.get(reverse("cases:decision", args=[case.id, HEAR])).status_code == 200


def test_the_register_names_nobody_and_shows_each_person_what_they_may_read():
    case = a_weighed_case(a_place())
    record = a_measure(case, ACUTE, **BAN)
    officer = who(case.id, "case_officer")
    page = words_of(signed_in(officer.person).get(reverse("cases:measures")))
    assert case.number in page
    assert NAME not in page
    assert "stadhuis" not in page
    assert "De brief is nog niet verstuurd" in page
    support = who(case.id, "support")
    assert register_for(support) == []  # follows the process, and does not read the file
    assert [one.record for one in register_for(officer)] == [record]
    recuse(case.id, [officer.person.id])
    assert register_for(officer) == []
    assert case.number not in words_of(signed_in(officer.person).get(reverse("cases:measures")))
