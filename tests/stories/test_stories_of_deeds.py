"""Stories S1, S2, S7, S8 and S22 through the pages, over the months that they take: a case ends when everything was done."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.models import Case, Proposal
from jobs.runner import run_due
from organisations.access.policy import Actor
from reporting.counting.facts import quarter
from reporting.models import Message
from tests.support.build import REASON, a_case, a_place, a_report, posted, second, signed_in, who
from tests.support.figures.facts import facts
from tests.support.pages import fields_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 23, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))


class Desk:
    """The people of one case at their pages, and the days that pass."""

    def __init__(self, case: Case, traveller) -> None:
        self.case, self.traveller = case, traveller

    def later(self, **by: int) -> None:
        self.traveller.shift(timedelta(**by))

    def client(self, relation: str) -> Client:
        return signed_in(who(self.case.id, relation).person)

    def page(self, relation: str = "case_officer", part: str = "") -> str:
        return words_of(self.client(relation).get(f"/werkplek/zaak/{self.case.id}/{part}"))

    def send(self, code: str, *, relation: str = "", **fields) -> str:
        """Send the page of a decision and return the words of the answer: of a refusal, or of the page after it."""
        rule = self.case.protocol.rule_of(code)
        relation = relation or ("case_officer" if "case_officer" in rule.who else rule.who[0])
        self.case.refresh_from_db()
        if rule.done_by.read:
            self.page(relation, "melding/")
        sent = posted(self.case, code, **fields)
        answer = self.client(relation).post(f"/werkplek/zaak/{self.case.id}/besluit/{code}/", sent)
        if answer.status_code == 302:
            self.case.refresh_from_db()
            return "done"
        assert answer.status_code == 422, answer.status_code
        return words_of(answer)

    def do(self, *codes: str, **fields) -> None:
        """Decisions one after another, each agreed to by a second person where two decide."""
        for entry in codes:
            code, _sep, outcome = entry.partition("=")
            given = {**fields, "outcome": outcome} if outcome else fields
            assert self.send(code, **given) == "done", self.send(code, **given)
            self.agree()

    def agree(self) -> None:
        for proposal in self.case.proposals.filter(state=Proposal.State.ASKED).select_related("asked_by"):
            other = signed_in(second(self.case, Actor.at(proposal.asked_by, self.case.organisation)).person)
            url = f"/werkplek/zaak/{self.case.id}/voorstel/{proposal.id}/"
            assert other.get(url).status_code == 200
            assert other.post(url, {"what": "agree"}).status_code == 302
        self.case.refresh_from_db()

    def end(self, form: str, came_to: str = "done") -> None:
        """Say on its page what a record came to."""
        for record in self.case.records.filter(form=form, came_to=""):
            url = f"/werkplek/zaak/{self.case.id}/vastgelegd/{record.id}/einde/{came_to}/"
            client = self.client("case_officer")
            empty = fields_of(client.get(url))
            sent = dict.fromkeys(empty, "De maatregel is klaar.") | {"on": f"{timezone.localdate():%Y-%m-%d}"}
            answer = client.post(url, sent)
            assert answer.status_code == 302, words_of(answer)

    def taken(self) -> list[str]:
        return list(self.case.decisions.values_list("code", flat=True))


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_s1_a_threat_at_night_is_handled_heard_and_closed_after_three_months(traveller):
    report, receipt = a_report(a_place(), own_function="council_member")
    desk = Desk(open_case(report), traveller)
    desk.later(hours=9)
    desk.do("acknowledge")
    assert not desk.case.deadlines.get(code="ACK_24H").is_missed()
    desk.do("assess", "medium", "adopt")
    desk.later(hours=3)
    desk.do("respond_letter")
    assert not desk.case.deadlines.get(code="PERP_RESPONSE_48H").is_missed()
    desk.later(hours=8)
    desk.do("aftercare_24h", "offer_police_report", "filed", "recovered")
    assert "na " in desk.send("aftercare_1w")  # not on the second day
    assert "aftercare_1w" not in desk.taken()
    for days, code in ((6, "aftercare_1w"), (23, "aftercare_1m"), (59, "aftercare_3m")):
        desk.later(days=days)
        run_due()  # the report is counted two weeks after its registration
        desk.do(code)
    desk.do("give_feedback", "complete")
    assert "loopt nog" in desk.send("close")  # no case ends while a measure runs
    desk.end("measure")
    assert "loopt nog" in desk.send("close")  # nor while nobody looks at damage any more
    desk.end("damage", "handed_on")
    desk.do("close")
    assert desk.case.phase == "closed"
    assert desk.case.decisions.last().agreed_by
    for deadline in desk.case.deadlines.exclude(met_at=None):
        assert not deadline.is_missed(), deadline.code
    told = report.messages.filter(by=Message.By.DESK).count()
    assert told == 6  # acknowledgement, letter, the offer of aangifte, aangifte, what was done, closing
    mailbox = words_of(Client().post("/terug/", {"receipt": receipt}))
    assert "Gebeurt er weer iets" in mailbox  # how to come back
    counted = list(facts("reports", [quarter(report.received_on)]))
    assert [(one.codes["aggression_form"], one.codes["group"]) for one in counted] == [("threat", "council_member")]
    assert {one.codes["outcome"] for one in facts("outcomes", [quarter(desk.case.closed_on)])} == {"response_letter"}


def test_s2_an_anonymous_report_about_an_alderman_goes_the_whole_way_and_every_term_passes(traveller):
    place = a_place()
    report, _receipt = a_report(place, "integrity", known_as="anonymous", subject=f"alderman:{place['alderman'].id}")
    desk = Desk(open_case(report), traveller)
    desk.later(days=1)
    desk.do("acknowledge", "register", "accept")
    desk.do("preliminary_inquiry", **_weighed())
    desk.do("plausible", "internal", "inform_subject", "signed")
    invited = f"{timezone.localdate():%Y-%m-%d}"
    assert "5 werkdagen" in desk.send("hear", **{"record-1-sooner": ""})  # who is heard has time to prepare
    desk.later(days=8)
    desk.do("hear", **{"record-1-invited_on": invited, "record-1-sooner": ""})
    desk.do("draft_ready", "hold")
    assert desk.case.deadlines.running().filter(code="FEEDBACK_3M").exists()
    desk.do("give_feedback", "resume", "send_extracts")
    desk.later(days=3)
    assert "na " in desk.send("replies_in")
    desk.later(days=14)
    desk.do("replies_in", "accept_report")
    assert "na " in desk.send("to_body", relation="handler")  # five working days to read
    desk.later(days=9)
    desk.do("to_body", "dispose=written_address", "tell_outcome")
    assert "na " in desk.send("complete")  # care does not end on the day of the outcome
    desk.later(days=15)
    desk.do("complete", "close")
    assert desk.case.phase == "closed"
    assert [one.codes["path"] for one in facts("outcomes", [quarter(desk.case.closed_on)])] == ["internal"]
    assert report.received_at is None
    assert report.known_as != "named"


def test_s7_a_clerk_is_hit_the_accident_is_told_and_the_employer_files(traveller):
    case = a_case(a_place(), aggression_form=["hitting"], own_function="employee", injury="hospital")
    desk = Desk(case, traveller)
    assert "Arbeidsinspectie" in desk.page(part="termijnen/")
    url = f"/werkplek/zaak/{case.id}/documenten/nieuw/accident_notice/"
    asked = dict.fromkeys(
        ["victim", "occurred", "where", "what_happened", "noticed_how", "signed_by", "signed_as"], "Aan de balie"
    )
    told = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    asked |= {"token": uuid4(), "injury": "hospital", "duty": "must", "make": "1", "noticed_at": told}
    assert desk.client("case_officer").post(url, asked).status_code == 302
    assert not case.deadlines.get(code="ACCIDENT_2H").is_missed()
    desk.do("acknowledge", "assess", "medium", "adopt", "respond_talk")
    desk.do("offer_police_report")
    agreed = {"record-1-agreement": "agreed", "record-1-told_on": f"{timezone.localdate():%Y-%m-%d}"}
    desk.do("filed", **{"record-1-by_whom": "employer", "record-1-complaint": "offered", **agreed})
    assert "De organisatie als werkgever" in desk.page(part="besluiten/")


def test_s8_dinner_is_offered_and_the_reporter_hears_the_end(traveller):
    place = a_place()
    case = a_case(place, "pressure", pressure_form=["P3", "P10"], heaviest="P10")
    desk = Desk(case, traveller)
    assert (who(case.id, "handler").person, who(case.id, "support").person) == (place["mayor"], place["coordinator"])
    assert signed_in(place["council_member"]).get(f"/werkplek/zaak/{case.id}/").status_code == 404
    desk.later(days=1)
    desk.do("acknowledge", "register", "accept")
    desk.do("conclude_weighing=training", **_weighed())
    desk.later(days=15)
    desk.do("complete", "close")
    assert desk.case.phase == "closed"
    assert case.report.messages.filter(by=Message.By.DESK).count() == 3


def test_s22_who_is_in_a_hurry_is_refused_with_what_is_missing_and_closes_with_the_deeds_by_two(traveller):
    desk = Desk(a_case(a_place()), traveller)
    desk.do("acknowledge", "assess", "low")
    desk.do("respond_none", "offer_police_report", "not_filed", "no_damage")
    assert desk.case.phase == "aftercare"
    without = {"message": "", "reason": REASON}
    assert "Schrijf wat de melder leest" in desk.send("give_feedback", **without)  # no feedback was sent
    assert "tussen [haken]" in desk.send("give_feedback", message="Dit deden wij: [vul in].")
    assert "na " in desk.send("aftercare_1w")  # aftercare on the first day
    refused = desk.send("complete")
    assert "Vertel de melder wat er is gedaan" in refused
    refused = desk.send("withdraw")  # the reporter never asked it
    assert "kan niet" in refused or "nog niet" in refused
    assert desk.send("no_more_care", **{"record-1-at": "", "message": ""}) != "done"
    assert desk.case.is_open
    page = desk.client("case_officer").get(f"/werkplek/zaak/{desk.case.id}/").content.decode()
    assert f"/werkplek/zaak/{desk.case.id}/besluit/give_feedback/" in page  # the deed is one click away
    desk.do("give_feedback", "no_more_care")
    assert desk.send("close") == "done"
    assert desk.case.is_open  # one person alone closes nothing
    desk.agree()
    assert not desk.case.is_open
    assert desk.case.decisions.last().agreed_by_id != desk.case.decisions.last().actor_id


def test_s22_who_made_a_proposal_does_not_answer_it_and_a_refusal_says_why(traveller):
    desk = Desk(a_case(a_place()), traveller)
    desk.do("acknowledge", "assess", "low")
    assert desk.send("respond_none") == "done"
    proposal = desk.case.proposals.get()
    url = f"/werkplek/zaak/{desk.case.id}/voorstel/{proposal.id}/"
    own = desk.client("case_officer")
    assert own.post(url, {"what": "agree"}).status_code == 422
    other = desk.client("handler")
    assert other.post(url, {"what": "refuse", "reason": ""}).status_code == 422
    assert other.post(url, {"what": "refuse", "reason": "Bel eerst met wie het overkwam."}).status_code == 302
    assert "Bel eerst met wie het overkwam." in words_of(own.get(url))
    assert "respond_none" not in desk.taken()
    assert desk.send("respond_none") == "done"  # may be proposed anew


def test_a_second_person_is_found_in_the_chain_where_nobody_else_reads_the_case(traveller):
    from cases.desk.access import take_away
    from organisations.models import HANDLING, Assignment

    desk = Desk(a_case(a_place()), traveller)
    desk.do("acknowledge", "assess", "low")
    officer = who(desk.case.id, "case_officer").person
    others = Assignment.objects.running().filter(case=desk.case.id, relation__in=HANDLING).exclude(person=officer)
    for assignment in others.select_related("person"):
        take_away(desk.case, assignment.person)
    assert desk.send("respond_none") == "done"
    comes = Assignment.objects.running().filter(case=desk.case.id, relation="co_reader").exclude(person=officer)
    assert comes.count() == 1
    desk.agree()
    assert "respond_none" in desk.taken()


def _weighed() -> dict[str, str]:
    from cases.protocol.kinds.decision_questions import decision_questions

    scales = decision_questions().scales
    return {
        name: next(iter(scales[one.scale])) for name, one in decision_questions().weighing.items() if scales[one.scale]
    }
