"""A role that ends ends everything: by date, by act, and with the account."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cases.deadlines.feed import renew_feed
from cases.deciding.opening import open_case
from cases.desk.access import countable_cases, visible_cases
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from cases.models import CalendarFeed, CaseUserObjectPermission, HandOver, IdentityRequest, SavedFilter
from cases.people.departure.leaving import deactivate, end_role, without_handler
from cases.worklist.choice import WorklistChoice, save_filter
from jobs.models import Job
from jobs.outbox import enqueue
from jobs.runner import run_due, sweep
from organisations.access.policy import Actor, may
from organisations.models import Assignment, Function, Person, Role
from organisations.people.appointments import appoint, declare_relation, take_office
from reporting.job_kinds import ReportJob
from reporting.models import Report
from tests.support.barred import compare_now
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
from tests.support.leaving import held_by
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def place():
    return a_place()


def _work() -> None:
    while sweep():
        pass


def _ended_yesterday(person: Person) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for model in (Role, Function):
        model.objects.filter(person=person).update(held_to=yesterday)


def _running(case_id, relation: str) -> Assignment:
    return Assignment.objects.running().get(case=case_id, relation=relation)


def test_from_midnight_on_nothing_is_seen_without_any_job(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    page, feed = signed_in(officer), f"/agenda/{renew_feed(who(case.id, 'case_officer'))}.ics"
    assert page.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert Client().get(feed).status_code == 200
    Role.objects.filter(person=officer, code="officer").update(held_to=timezone.localdate())
    assert page.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200, "today is the last day"
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        again = signed_in(officer)
        assert again.get("/werkplek/").status_code == 403
        assert again.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 403
        assert Client().get(feed).status_code == 404
        actor = Actor.at(officer, place.organisation)
        assert not visible_cases(actor).exists()
        assert not may(actor, "case.read", case)
        assert not may(actor, "work.list")


def test_a_session_that_lives_on_shows_nothing_of_a_role_that_ended(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    page = signed_in(officer)
    _ended_yesterday(officer)
    assert page.get("/werkplek/").status_code == 403
    assert page.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 403


def test_who_has_another_role_that_does_not_entitle_sees_the_worklist_without_the_case(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    appoint(officer, place.organisation, "auditor")
    run_due()  # whoever got a role reads and counts nothing before they were compared with the cases
    held_by(officer, "officer").delete()
    page = signed_in(officer)
    assert case.number not in page.get("/werkplek/").content.decode()
    assert page.get(f"/werkplek/zaak/{case.id}/").status_code == 410
    assert page.get("/werkplek/zoeken/?q=kinderen").content.decode().count(case.number) == 0
    assert countable_cases(Actor.at(officer, place.organisation)).exists(), (
        "a count of the organisation is no case of theirs"
    )


def test_who_is_entitled_by_another_role_keeps_the_task(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    appoint(officer, place.organisation, "coordinator")
    end_role(held_by(officer, "officer"), by=place["administrator"])
    _work()
    assert _running(case.id, "case_officer").person == officer
    assert signed_in(officer).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert not HandOver.objects.exists()


def test_a_role_in_another_organisation_entitles_to_nothing_here(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    appoint(officer, place.others["province"].organisation, "officer")
    compare_now()
    end_role(held_by(officer, "officer"), by=place["administrator"])
    assert officer.id not in readers(case.id)
    assert signed_in(officer).get("/werkplek/").status_code == 200, "they still work elsewhere"


def test_no_mail_goes_to_who_does_not_work_there_any_more(place):
    """Also one that was promised while they did."""
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    enqueue(ReportJob.PING_PERSON, officer.id, key="before")
    _ended_yesterday(officer)
    _work()
    assert Job.objects.get(key="before").state == "done"
    assert officer.email not in {address for message in mail.outbox for address in message.to}


def test_the_daily_job_takes_the_keys_and_the_next_one_reads(place):
    case = walk(a_case(place, "integrity"), "register")
    officer = who(case.id, "case_officer").person
    renew_feed(who(case.id, "case_officer"))
    _ended_yesterday(officer)
    assert officer.id in readers(case.id)
    _work()
    assert officer.id not in readers(case.id)
    assert not CaseUserObjectPermission.objects.filter(user=officer).exists()
    assert not CalendarFeed.objects.exists()
    assert Assignment.objects.get(person=officer, case=case.id).ended_on == timezone.localdate()
    comes = _running(case.id, "case_officer").person
    assert comes in place.people["officer"]
    assert {"access.ended", "access.given", "hand_over.role_ended"} <= {entry.action for entry in entries(case.id)}
    page = signed_in(comes)
    assert page.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    shown = page.get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()
    assert f"De rol of functie van {officer.name} is geëindigd. {comes.name} is gekomen." in " ".join(shown.split())
    assert not disagreements()
    walk(case, "accept", actor=Actor.at(comes, place.organisation))


@pytest.mark.parametrize("relation", ["handler", "case_officer", "co_reader", "support"])
def test_by_act_everything_ends_in_one_transaction(place, relation):
    case = a_case(place, "integrity", subject="unknown:", subject_name="Iemand Anders")
    leaving = who(case.id, relation)
    second = Person.objects.create_person("Tweede Griffier", "tweede@voorbeeldstad.demo")
    take_office(second, place.organisation, "registrar", since=timezone.localdate())
    page = signed_in(leaving.person)
    renew_feed(leaving)
    save_filter(leaving, "Mijn keuze", WorklistChoice())
    assert page.get("/werkplek/").status_code == 200
    for code in leaving.roles | leaving.functions:
        end_role(held_by(leaving.person, code), by=place["administrator"])
    assert leaving.person.id not in readers(case.id)
    assert not CaseUserObjectPermission.objects.filter(user=leaving.person).exists()
    assert not CalendarFeed.objects.exists()
    assert not SavedFilter.objects.exists()
    assert page.get("/werkplek/").headers["Location"].startswith("/inloggen/"), "no session is left"
    comes = _running(case.id, relation).person
    assert comes != leaving.person
    assert (comes.id in readers(case.id, Compartment.CONTENT)) == (relation != "support")
    assert {"role.ended", "function.ended"} & {entry.action for entry in entries(place.organisation.id)}
    assert not disagreements()


def test_a_handler_whose_role_ends_is_followed_and_the_reporter_hears_it(place):
    report, receipt = a_report(place, "integrity", subject="unknown:", subject_name="Iemand Anders")
    case = open_case(report)
    end_role(held_by(who(case.id, "handler").person, "coordinator"), by=place["administrator"])
    after = _running(case.id, "handler")
    assert after.capacity == "general_secretary"
    shown = Client().post("/terug/", {"receipt": receipt}).content.decode()
    assert "Iemand anders behandelt uw melding vanaf nu" in shown
    assert signed_in(after.person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200


def test_where_nobody_inside_is_left_the_case_goes_outside(place):
    """About an alderman only the mayor handles; then the cabinet of the King's commissioner."""
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    end_role(held_by(place["mayor"], "mayor"), by=place["administrator"])
    case.refresh_from_db()
    assert case.organisation == place.others["province"].organisation
    after = _running(case.id, "handler")
    assert after.capacity == "kc_cabinet"
    assert signed_in(after.person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert not set(place.people["officer"]) & set(Person.objects.filter(id__in=readers(case.id)))


def test_an_accused_administrator_who_ends_the_role_of_the_handler_chooses_nobody(place):
    """The chain says who comes: not the administrator, nobody whom they are related to, nobody who got another role from
    them; and the file says who ended it."""
    accused = place["administrator"]
    case = a_case(place, "integrity", subject=f"administrator:{accused.id}")
    handler = who(case.id, "handler").person
    assert handler == place["general_secretary"]
    declare_relation(place["mayor"], place.organisation, accused, "partner")
    run_due()
    end_role(Function.objects.get(person=handler, code="general_secretary"), by=accused)
    case.refresh_from_db()
    after = _running(case.id, "handler")
    assert case.organisation not in {place.organisation}, "the chair is related, so a sister organisation handles it"
    assert not set(readers(case.id)) & {accused.id, place["mayor"].id, handler.id}
    page = signed_in(after.person).get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()
    assert f"vastgelegd door {accused.name}" in page
    assert signed_in(accused).get(f"/werkplek/zaak/{case.id}/").status_code == 404


def test_a_case_that_went_outside_does_not_come_back(place):
    """Who handles it there is followed by a colleague there, and not by who comes first in the chain."""
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    end_role(held_by(place["mayor"], "mayor"), by=place["administrator"])
    new = Person.objects.create_person("Nieuwe Burgemeester", "nieuw@voorbeeldstad.demo")
    take_office(new, place.organisation, "mayor", since=timezone.localdate())
    outside = _running(case.id, "handler").person
    end_role(held_by(outside, "kc_cabinet"), by=place.others["province"]["administrator"])
    case.refresh_from_db()
    assert case.organisation == place.others["province"].organisation
    assert _running(case.id, "handler").person not in {outside, new}


def test_who_is_concerned_never_comes(place):
    concerned = place.people["officer"][2]
    case = a_case(place, "integrity", subject=f"officer:{concerned.id}")
    for person in place.people["officer"]:
        if person != concerned:
            end_role(held_by(person, "officer"), by=place["administrator"])
    assert concerned.id not in readers(case.id)
    assert not Assignment.objects.filter(person=concerned).exists()


def test_the_adviser_of_a_confidential_reporter_is_followed_by_who_can_read_the_name(place):
    case = a_case(place, "integrity", known_as="confidential")
    new = Person.objects.create_person("Nieuwe Vertrouwenspersoon", "nieuw@voorbeeldstad.demo")
    appoint(new, place.organisation, "confidential_adviser")
    leaving = Assignment.objects.running().filter(case=case.id, relation="adviser")[0].person
    end_role(held_by(leaving, "confidential_adviser"), by=place["administrator"])
    assert new.id in readers(case.id, Compartment.IDENTITY)
    assert leaving.id not in readers(case.id)


def test_a_deactivated_person_is_out_at_once_everywhere(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer")
    page, feed = signed_in(officer.person), f"/agenda/{renew_feed(officer)}.ics"
    assert page.get("/werkplek/").status_code == 200
    deactivate(officer.person, place.organisation, by=place["administrator"])
    assert page.get("/werkplek/").status_code == 302
    assert Client().get(feed).status_code == 404
    assert officer.person.id not in readers(case.id)
    assert _running(case.id, "case_officer").person != officer.person
    assert Role.objects.filter(person=officer.person, code="officer").exists(), "a report can still be about them"
    Person.objects.filter(id=officer.person.id).update(is_active=True)
    assert page.get("/werkplek/").status_code == 302, "the old session stays gone"


def test_an_account_switched_off_by_other_means_is_followed_by_the_daily_job(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    Person.objects.filter(id=officer.id).update(is_active=False)
    _work()
    assert officer.id not in readers(case.id)
    assert _running(case.id, "case_officer").person != officer


def test_who_works_elsewhere_too_is_not_deactivated_here(place):
    officer = place.people["officer"][0]
    appoint(officer, place.others["province"].organisation, "officer")
    with pytest.raises(Refused):
        deactivate(officer, place.organisation, by=place["administrator"])
    officer.refresh_from_db()
    assert officer.is_active


def test_the_last_administrator_stays(place):
    last = place["administrator"]
    with pytest.raises(Refused):
        end_role(held_by(last, "administrator"), by=last)
    with pytest.raises(Refused):
        deactivate(last, place.organisation, by=last)
    appoint(place["coordinator"], place.organisation, "administrator")
    end_role(held_by(last, "administrator"), by=last)
    assert Actor.at(last, place.organisation).roles == frozenset()


def test_what_began_today_was_never_held_and_the_ledger_keeps_both(place):
    given = appoint(place["mayor"], place.organisation, "officer")
    end_role(given, by=place["administrator"])
    assert not Role.objects.filter(id=given.id).exists()
    assert [entry.action for entry in entries(place.organisation.id)][-2:] == ["role.given", "role.ended"]


def test_where_nobody_at_all_is_free_people_are_called_and_the_next_one_gets_the_case(place):
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    for other in ("province", "ministry"):
        Person.objects.filter(
            id__in=[person.id for group in place.others[other].people.values() for person in group]
        ).update(is_active=False)
    end_role(held_by(place["mayor"], "mayor"), by=place["administrator"])
    assert without_handler().get() == case
    assert place["mayor"].id not in readers(case.id)
    assert Job.objects.filter(kind=ReportJob.ALARM, target=case.report.id).exists()
    new = Person.objects.create_person("Nieuwe Burgemeester", "nieuw@voorbeeldstad.demo")
    take_office(new, place.organisation, "mayor", since=timezone.localdate())
    _work()
    assert _running(case.id, "handler").person == new
    assert new.id in readers(case.id, Compartment.FILE)
    assert not without_handler().exists()


def test_a_report_that_waits_to_be_checked_is_handed_on_too(place):
    report, _receipt = a_report(place, "integrity")
    Report.objects.filter(id=report.id).update(lane=Report.Lane.QUARANTINE)
    officer = _running(report.case, "case_officer").person
    end_role(held_by(officer, "officer"), by=place["administrator"])
    assert officer.id not in readers(report.case)
    assert _running(report.case, "case_officer").person_id in readers(report.case, Compartment.CONTENT)


def test_a_copy_of_the_key_of_a_name_goes_with_the_role(place):
    case = a_case(place, "integrity", known_as="confidential")
    officer = who(case.id, "case_officer")
    asked = IdentityRequest.objects.create(
        case=case,
        asked_by=officer.person,
        organisation=place.organisation,
        motive="safety",
        way="consent",
        words=case.id,
        token=case.id,
        holds_copy=True,
    )
    end_role(held_by(officer.person, "officer"), by=place["administrator"])
    asked.refresh_from_db()
    assert not asked.holds_copy


def test_who_changes_a_password_ends_the_live_sessions(place):
    """Also on the command line: a session knows the password with which it began."""
    officer = place.people["officer"][0]
    page = signed_in(officer)
    assert page.get("/werkplek/").status_code == 200
    officer.set_password("een-ander-wachtwoord-van-deze-demo")
    officer.save()
    assert page.get("/werkplek/").status_code == 302


def test_a_role_ends_on_the_command_line(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    call_command("end_role", place.organisation.slug, "officer", email=officer.email)
    assert officer.id not in readers(case.id)
    with pytest.raises(CommandError):
        call_command("end_role", place.organisation.slug, "officer", email=officer.email)
