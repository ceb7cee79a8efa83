"""Stories of the design that a reporter tells: S1 (five answers), S8 and S10. Others are beside what they test:
S2 and S9 in tests/stories/test_stories.py, S6 in test_evidence.py, S7 in test_mailbox.py, S12 in test_lanes.py."""

import pytest
from django.test import Client

from cases.deciding.opening import open_case
from cases.models import Case
from jobs import runner
from organisations.models import Assignment
from reporting.models import Report
from reporting.questions.questions import questionnaire
from reporting.questions.reading import codes_of
from tests.support.build import a_report, signed_in, walk, who
from tests.support.reporter import act, come_back, fill_in, receipt_of, send, session_of, to_summary, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.mark.parametrize(("kind", "known_as", "most"), [("aggression", "named", 5), ("integrity", "anonymous", 4)])
def test_s1_the_shortest_safe_path_is_five_answers(kind, known_as, most):
    asked = [one for one in questionnaire().asked(kind) if one.required and one.type != "heaviest"]
    named = [one for one in questionnaire().asked(kind) if one.needed_unless] if known_as == "named" else []
    assert len(asked) + len(named) <= most


def test_s1_the_duty_number_and_the_right_advice_are_seen(place):
    client = Client()
    done = words_of(send(client, to_summary(client, danger="unsafe", aggression_form="doxing")))
    assert "112" in done
    assert "000 000 00 01" in done
    assert "Staat uw adres online?" in done
    assert "code VPT" in done


def test_s8_pressure_is_shared_with_nobody_unless_the_reporter_says_so(place):
    client = Client()
    page = client.post("/voorbeeldstad/melden/", {"kind": "pressure"})
    summary = fill_in(
        client,
        page,
        pressure_form=["P3", "P10"],
        heaviest="P3",
        account="Het zou jammer zijn als uw vergunning lang duurt. Hij bood een etentje aan.",
        danger="safe",
        known_as="named",
        name="Robin Vermelder",
        offer="Een etentje; ik heb geweigerd.",
    )
    assert "Wat boden zij aan?" in words_of(summary)
    done = words_of(send(client, summary))
    assert "Wij delen niets zonder uw toestemming." in done
    assert "geschenkenregister" in done
    report = Report.objects.get()
    assert codes_of(report)["pressure_form"] == "P3"
    case = open_case(report)
    assert who(case.id, "handler").person == place["mayor"]
    readers = {task.capacity for task in Assignment.objects.filter(case=case.id).exclude(relation="support")}
    assert not readers & {"council_member", "group_leader", "alderman"}
    member = place.client("council_member")
    assert case.number not in member.get("/werkplek/").content.decode()


def test_s8_a_condition_on_an_earlier_page_decides_what_is_asked(place):
    client = Client()
    page = client.post("/voorbeeldstad/melden/", {"kind": "pressure"})
    given = {"account": "Iemand vroeg om een stuk.", "danger": "safe", "known_as": "anonymous"}
    summary = fill_in(client, page, pressure_form="P2", offer="verzonnen", demand="Een stuk", **given)
    assert "Wat boden zij aan?" not in words_of(summary)
    assert "Een stuk" in words_of(summary)


def test_s10_withdrawing_keeps_the_row_of_the_register(place):
    report, receipt = a_report(place)
    case = open_case(report)
    walk(case, "acknowledge", "assess")
    client = Client()
    act(client, come_back(client, receipt), "withdraw", text="Het is uitgepraat.")
    runner.run_due()
    officer = signed_in(who(case.id, "case_officer").person)
    assert "Wil de melding intrekken" in words_of(officer.get(f"/werkplek/zaak/{case.id}/berichten/"))
    walk(case, "withdraw=withdrawn")
    assert Case.objects.filter(id=case.id).exists()
    assert "afgesloten" in words_of(come_back(client, receipt))


def test_s10_evidence_after_closing_opens_a_case_that_belongs_to_it(place):
    report, receipt = a_report(place)
    case = open_case(report)
    walk(case, "withdraw=withdrawn")
    client = Client()
    page = come_back(client, receipt)
    form = client.post("/terug/", {"session": session_of(page), "action": "follow_up"})
    summary = fill_in(
        client,
        form,
        aggression_form="threat",
        account="Hij stond er weer.",
        danger="safe",
        known_as="named",
        name="Robin Vermelder",
        messages="Ik zie je morgen\n\nPas op",
    )
    done = send(client, summary)
    assert receipt_of(done) != receipt
    runner.run_due()
    later = Case.objects.exclude(id=case.id).get()
    assert later.report.follows_id == report.id
    assert later.report.evidence.count() == 2


def test_a_report_keeps_the_words_of_the_reporter_in_english_too(place):
    page = Client().post("/en/voorbeeldstad/melden/", {"kind": "pressure"})
    assert "What fits best?" in words_of(page)
    assert "Keep this code" not in words_of(page)
