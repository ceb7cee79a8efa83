"""One human with two rows, and relatives: what keeps one out keeps the other out."""

import pytest

from cases.deciding.opening import open_case
from cases.parties.parties import PartyWords, add_party
from cases.people.barring import give_to_another
from cases.people.handover import recovery_of, successor
from jobs.runner import run_due
from organisations.access import bars
from organisations.models import Assignment, Suspension
from organisations.people.appointments import declare_relation
from reporting.complaints.readers import readers_for, readers_now
from reporting.form.persons.circle import circle_of_report
from reporting.form.submission import plan, submit
from reporting.mailbox.mailbox import open_mailbox, send_message
from reporting.models import Complaint
from tests.reporting.complaints.test_complaints import _report
from tests.support.barred import CLEAR, about_nobody, called, question_of, say_not_free, task_of, url_of
from tests.support.build import REASON, a_draft, a_report, signed_in, who
from tests.support.reporter import act, come_back

pytestmark = pytest.mark.django_db


def _alike(how, place, one, other):
    """Make two people one human by their names, or partners."""
    if how == "row":
        for person in (one, other):
            called(person, "Kees", "Bos")
    else:
        declare_relation(other, place.organisation, one, "partner")
    run_due()


@pytest.mark.parametrize("how", ["row", "partner"])
def test_another_handler_is_no_second_row_and_no_relative(place, how):
    case, _receipt = about_nobody(place)
    handler = who(case.id, "handler").person
    comes = successor(case, "handler", recovery_of(case), leaving=handler.id).person
    _alike(how, place, handler, comes)
    give_to_another(case, task_of(case, "handler").id, rather_not=())
    assert who(case.id, "handler").person not in {handler, comes}


@pytest.mark.parametrize("how", ["row", "partner"])
@pytest.mark.parametrize("kind", ["other_handler", "retaliation"])
def test_what_is_told_apart_is_read_by_no_second_row_and_no_relative(client, place, how, kind):
    report, receipt = _report(place)
    handler = who(report.case, "handler").person
    box = open_mailbox(receipt).opened
    reader = readers_for(report, circle_of_report(report, box.key_pair, box.private), kind).readers[0].person
    _alike(how, place, handler, reader)
    act(client, come_back(client, receipt), kind, text="Wie dit behandelt, houdt alles tegen.")
    [complaint] = Complaint.objects.all()
    assert reader not in {row.person for row in readers_now(complaint)}


@pytest.mark.parametrize(("of", "by"), [("handler", "co_reader"), ("handler", "case_officer")])
def test_a_second_row_does_not_answer_about_the_first(place, of, by):
    case, _receipt = about_nobody(place)
    second = who(case.id, by).person
    _alike("row", place, who(case.id, of).person, second)
    assert say_not_free(case, of, who(case.id, "support").person).status_code == 302
    page = url_of(case, f"toegang/betrokken/{question_of(case)}/")
    assert signed_in(second).get(page).status_code in {404, 410}
    assert signed_in(second).post(page, {"what": "else", "reason": REASON}).status_code in {404, 410, 422}
    assert not Suspension.objects.filter(case=case.id, state=Suspension.State.LIFTED).exists()


@pytest.mark.parametrize("part", ["witness", "victim", "person_heard"])
def test_a_person_of_the_case_whom_it_is_not_about_takes_no_staff_with_them(place, part):
    """One officer could else empty a case by writing down the general secretary."""
    case, _receipt = about_nobody(place)
    secretary = called(place["general_secretary"], "Kees", "Zoutkamp")
    run_due()
    before = {row.person_id for row in Assignment.objects.holding().filter(case=case.id)}
    add_party(case, part, PartyWords("Kees Zoutkamp"), actor=who(case.id, "case_officer"), token=case.id)
    run_due()
    after = {row.person_id for row in Assignment.objects.holding().filter(case=case.id)}
    assert after == before - {secretary.id}
    assert bars.is_barred(case.id, secretary.id)


def _follow(place, first, **answers):
    draft = a_draft(place, "aggression", **answers)
    draft.follows = str(first.id)
    draft.shown_readers = plan(draft.submission()).fingerprint
    return open_case(submit(draft.submission()))


@pytest.mark.parametrize("by", ["message", "report"])
def test_whoever_is_named_in_one_report_is_out_of_those_that_belong_to_it(place, by):
    first, receipt = a_report(place, "aggression", account=CLEAR)
    case = open_case(first)
    second = _follow(place, first, account=CLEAR)
    accused = called(who(second.id, "case_officer").person, "Kees", "Bos")
    run_due()
    assert not bars.is_barred(second.id, accused.id)
    if by == "message":
        words = "Het was Kees Bos, van jullie eigen integriteit."
        send_message(open_mailbox(receipt), words, "unknown", pieces=[], token=b"y" * 32)
    else:
        _follow(place, first, account="Het was Kees Bos zelf.", about_reader="unknown")
    run_due()
    for one in (case, second):
        assert bars.is_barred(one.id, accused.id)
        assert signed_in(accused).get(url_of(one)).status_code == 410
