"""A measure that goes on when its case closes keeps who looks after it, its day of review and its last day."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.deciding.proposals import agree
from cases.deciding.records.handing_on import ask_handing_on
from cases.models import CaseRecord
from cases.people.hearing import CONCERNED, AskFirst
from cases.waiting.queue import waiting_for
from organisations.access.bars import is_barred
from organisations.models import Assignment
from tests.support.barred import called
from tests.support.build import REASON, allowed, posted, signed_in, walk, who
from tests.support.measures import ACUTE, BAN, DECIDE, GO_ON, SEND, a_measure, a_weighed_case, done
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
TO_THE_END = ("respond_ban", "not_filed", "no_damage", "give_feedback", "no_more_care")


def _client(case, relation="case_officer"):
    return signed_in(who(case.id, relation).person)


def _page(case, name="case_measures", relation="case_officer") -> str:
    return words_of(_client(case, relation).get(reverse(f"cases:{name}", args=[case.id])))


def _url(record) -> str:
    return reverse("cases:hand_on_record", args=[record.case_id, record.id])


def _ask(case, record, holder="handler"):
    whom = who(case.id, holder).person.id
    return _client(case).post(_url(record), {"what": "ask", "whom": whom, "reason": REASON})


def _hand_on(case, record):
    assert _ask(case, record).status_code == 302
    assert _client(case, "handler").post(_url(record), {"what": "agree"}).status_code == 302
    record.refresh_from_db()


def _closed():
    """A closed case with a ban that was handed on."""
    case = a_weighed_case(a_place())
    today = timezone.localdate()
    days = {"review": f"{today + timedelta(days=30)}", "until": f"{today + timedelta(days=60)}"}
    record = a_measure(case, DECIDE, **BAN, **days)
    done(case, SEND)
    walk(case, *TO_THE_END)
    _hand_on(case, record)
    walk(case, "close")
    return case, record


def _waits(case, relation="handler") -> list[str]:
    return [str(one.words) for one in waiting_for(who(case.id, relation)) if one.number == case.number]


def test_no_case_closes_while_a_measure_runs_that_was_not_handed_on_by_two():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    done(case, SEND)
    walk(case, *TO_THE_END)
    assert "close" not in allowed(case)
    assert _ask(case, record).status_code == 302
    assert "Zeg of u het eens bent met wie kijkt naar wat doorloopt" in _waits(case)
    alone = _client(case).post(_url(record), {"what": "agree"})
    assert "Iemand anders van deze zaak moet antwoorden" in words_of(alone)
    assert "close" not in allowed(case)
    assert _client(case, "handler").post(_url(record), {"what": "refuse"}).status_code == 302
    assert "close" not in allowed(case)
    _hand_on(case, record)
    assert "close" in allowed(case)
    record.refresh_from_db()
    assert record.came_to == ""
    assert record.holder == who(case.id, "handler").person


def test_only_somebody_who_works_the_case_can_look_after_it():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    done(case, SEND)
    stranger = who(case.id, "support").person.id
    refused = _client(case).post(_url(record), {"what": "ask", "whom": stranger, "reason": REASON})
    assert refused.status_code == 422
    assert REASON in refused.content.decode()


def test_a_reason_that_names_a_colleague_asks_whether_it_is_about_them():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    done(case, SEND)
    actor, reader = who(case.id, "case_officer"), called(who(case.id, "co_reader").person, "Kees", "Zoutkamp")
    words = "Kees Zoutkamp kent deze persoon goed."
    with pytest.raises(AskFirst):
        ask_handing_on(case, record.id, who(case.id, "handler").person.id, words, actor=actor)
    ask_handing_on(case, record.id, who(case.id, "handler").person.id, words, actor=actor, about=CONCERNED)
    assert is_barred(case.id, reader.id)


def test_what_was_not_told_heard_or_looked_at_is_not_handed_on():
    case = a_weighed_case(a_place())
    record = a_measure(case, ACUTE, **BAN)
    assert "De persoon weet er nog niet van" in words_of(_ask(case, record))
    done(case, SEND)
    assert "moet nog worden gehoord" in words_of(_ask(case, record))
    later = a_measure(case, **BAN, name="Bram Anders")
    done(case, SEND)
    CaseRecord.objects.filter(id=later.id).update(review_on=timezone.localdate() - timedelta(days=1))
    assert "De laatste dag of de dag van herziening is voorbij" in words_of(_ask(case, later))


def test_a_handed_on_measure_stays_in_the_hands_of_who_works_the_case():
    with time_machine.travel("2027-02-01T10:00:00+01:00", tick=False) as clock:
        case, record = _closed()
        holder = who(case.id, "handler").person.name
        still = _page(case, "overview")
        assert "Maatregel tegen iemand van buiten, tot en met 2 april 2027" in still  # "Dit loopt nog"
        assert "opnieuw bekeken op 3 maart 2027" in still
        assert f"{holder} kijkt ernaar" in still
        assert f"{holder} kijkt ernaar" in _page(case)
        assert not [one for one in _waits(case) if "vastgelegd" in one]
        clock.move_to("2027-03-03T10:00:00+01:00")
        assert "De dag is gekomen om te kijken naar wat is vastgelegd: het gaat door, of het stopt" in _waits(case)
        clock.move_to("2027-03-05T10:00:00+01:00")
        assert [one for one in _waits(case) if "is voorbij" in one]
        assert "moest op 3 maart 2027 opnieuw worden bekeken" in _page(case, "overview")
        assert f"{holder} kijkt ernaar" in words_of(_client(case).get(reverse("cases:measures")))
        go_on = {"record-1-review": "2027-04-20", "record-1-until": "2027-05-20"}
        sent = _client(case).post(reverse("cases:decision", args=[case.id, GO_ON]), posted(case, GO_ON, **go_on))
        assert sent.status_code == 302  # as a proposal
        agree(case, case.proposals.get(state="asked").id, actor=who(case.id, "handler"))
        record.refresh_from_db()
        assert record.review_on > timezone.localdate()
        case.refresh_from_db()
        assert not case.is_open
        assert "moest op 3 maart 2027 opnieuw worden bekeken" not in _page(case, "overview")
        assert "De brief is nog niet verstuurd" in _page(case)  # of how it is now
        clock.shift(timedelta(minutes=5))
        done(case, SEND)
        assert "De brief is nog niet verstuurd" not in _page(case)


def test_a_handed_on_measure_is_ended_after_closing():
    case, record = _closed()
    stop = reverse("cases:end_record", args=[case.id, record.id, "stopped"])
    assert stop in _client(case).get(reverse("cases:case_measures", args=[case.id])).content.decode()
    today = timezone.localdate().isoformat()
    given = {"on": today, "record-1-why": "Het is rustig.", "record-1-told_on": today, "record-1-told_how": "Per brief"}
    assert _client(case).post(stop, given).status_code == 302
    assert "Maatregel tegen iemand van buiten, tot en met" not in _page(case, "overview")
    assert GO_ON not in allowed(case)


def test_who_looked_after_it_and_left_is_not_named_as_if_they_did():
    case, record = _closed()
    holder = who(case.id, "handler")
    Assignment.objects.filter(case=case.id, person=holder.person).update(ended=True)
    page = _page(case, "overview")
    assert f"{holder.person.name} kijkt ernaar" not in page
    assert "niemand kijkt er nog naar" in page
    assert "Draag het opnieuw over" in _page(case)
    assert _ask(case, record, "case_officer").status_code == 302


def test_a_protective_measure_is_handed_on_with_its_last_day_too():
    case = walk(a_weighed_case(a_place()), "add_measures")
    record = case.records.get(form="measure")
    _hand_on(case, record)
    assert record.came_to == ""
    assert who(case.id, "handler").person.name in _page(case, "records")
    assert "Overgedragen" in _page(case, "records")
