"""Promises about what a bar does, whatever was left behind."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from cases.deadlines.reminders import promise
from cases.desk.access import countable_cases, give_access, visible_cases
from cases.desk.page import HandedOver, reached
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import Case, CaseLink, CaseUserObjectPermission, Deadline
from cases.people.barring import end_parts
from cases.related.connections import add_name, link, unlink
from cases.related.joining import join
from cases.worklist.quarantine import how_many_suspects, suspects
from cases.worklist.signals import signals_of
from jobs.models import Job
from organisations.access.bars import Suspended, is_barred, recuse, suspend
from organisations.access.policy import Actor, standings_in
from organisations.models import Assignment
from organisations.people.appointments import appoint
from reporting.models import Report, Signal
from reporting.pings import ping_key
from tests.support.barred import run_due
from tests.support.build import walk
from tests.support.histories.sending import opened
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import a_newcomer, must_be_out, part_of
from vault.ledger import entries


def _barred_with_all_rows(world: World, *, lane: str = Report.Lane.NORMAL) -> tuple[Case, Actor]:
    case = opened(world)
    actor = part_of(case, "case_officer")
    suspend(case.id, world.town, [Suspended(str(actor.person.id))])
    Report.objects.filter(case=case.id).update(lane=lane)
    return case, actor


def a_bar_hides_the_case(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    assert not visible_cases(actor).filter(id=case.id).exists()


def a_bar_hides_the_count(world: World) -> None:
    case = opened(world, subject=f"mayor:{world['Haan'].id}", known_as="anonymous")
    Case.objects.filter(id=case.id).update(organisation=world.town)
    assert countable_cases(Actor.at(world["Pol"], world.town)).filter(id=case.id).exists()
    assert not countable_cases(Actor.at(world["Haan"], world.town)).filter(id=case.id).exists()


def a_bar_hides_the_report_to_judge(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.QUARANTINE)
    assert not suspects(actor).filter(case=case.id).exists()


def a_bar_hides_a_signal(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.SIGNAL)
    Signal.objects.create(report=case.report, review_on=timezone.localdate())
    assert not signals_of(actor).filter(report=case.report).exists()


def a_bar_ends_what_somebody_has_in_a_signal(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.SIGNAL)
    end_parts(case)
    assert not Assignment.objects.running().filter(case=case.id, person=actor.person).exists()


def a_bar_hides_the_number_of_reports_to_judge(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.QUARANTINE)
    assert how_many_suspects(actor, [case.id]) == 0


def a_bar_denies_everything(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    standing = standings_in(actor, [case.id], Case)[case.id]
    assert not standing.reaches
    assert not standing.may("case.read")


def a_bar_gives_no_permission(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    CaseUserObjectPermission.objects.filter(content_object=case, user=actor.person).delete()
    give_access(case)
    assert not CaseUserObjectPermission.objects.filter(content_object=case, user=actor.person).exists()


def a_bar_reminds_of_nothing(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    moment = timezone.now() + timedelta(minutes=9)
    promise(_due(case, moment))
    run_due()
    reminded = Job.objects.filter(kind=CaseJob.REMIND, target__in=Deadline.objects.filter(case=case)).values("id")
    keys = {ping_key("deadline", case.id, job["id"], actor.person.id) for job in reminded}
    assert keys
    assert not Job.objects.filter(key__in=keys).exists()


def _due(case: Case, moment) -> Deadline:
    deadline = Deadline.objects.running().filter(case=case).exclude(due=None)[0]
    deadline.due = moment
    deadline.save(update_fields=["due"])
    return deadline


def who_lost_a_case_sees_that_it_was_handed_over(world: World) -> None:
    case = opened(world)
    officer = part_of(case, "case_officer")
    add_name(case, "Karim de Vries", actor=part_of(case, "handler"))
    try:
        reached(officer, case.id, "case.follow")
    except HandedOver:
        return
    except Http404:
        raise AssertionError("who lost the case is not told that it was handed over") from None


def who_never_had_a_case_sees_that_there_is_none(world: World) -> None:
    case = opened(world, subject=f"coordinator:{world.named('Samir').id}")
    try:
        reached(Actor.at(world.named("Samir"), world.town), case.id, "case.follow")
    except HandedOver:
        raise AssertionError("somebody who never had the case is told of it") from None
    except Http404:
        return


def _two_of_which_one_is_closed_to_the_reader(world: World) -> tuple[Case, Case]:
    cases = [walk(opened(world, "aggression"), "acknowledge", "assess") for _number in range(2)]
    reader = part_of(cases[0], "co_reader").person
    recuse(cases[1].id, [reader.id])
    Assignment.objects.filter(case=cases[1].id, person=reader).end()
    return cases[0], cases[1]


def who_is_out_of_a_case_is_out_of_the_one_that_is_linked_to_it(world: World) -> None:
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    reader = part_of(case, "co_reader").person
    link(case, closed.id, "same_matter", actor=part_of(case, "handler"))
    must_be_out(case, reader)


def who_was_elsewhere_when_two_cases_were_linked_is_out_of_both(world: World) -> None:
    """Nobody looked at them then: they are kept out of the one when somebody asks whether they may know of it."""
    case, closed = (opened(world, "aggression") for _number in range(2))
    comes = a_newcomer(world)
    recuse(closed.id, [comes.id])
    link(case, closed.id, "same_matter", actor=part_of(case, "handler"))
    assert not is_barred(case.id, comes.id)
    appoint(comes, world.town, "officer")
    run_due()
    assert is_barred(case.id, comes.id)


def the_end_of_a_link_is_no_fact_where_somebody_is_barred_from_the_other(world: World) -> None:
    """The cases were linked when that kept nobody out yet."""
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    who = part_of(case, "handler").person
    made = CaseLink.objects.create(first=case, second=closed, why="same_matter", made_by=who)
    unlink(case, made.id, actor=part_of(case, "handler"))
    assert CaseEvent.UNLINKED not in [entry.action for entry in entries(case.id)]
    assert CaseEvent.UNLINKED in [entry.action for entry in entries(closed.id)]


def nothing_is_joined_where_somebody_is_barred_from_the_other(world: World) -> None:
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    with pytest.raises(Refused):
        join(case, closed.id, actor=part_of(case, "handler"))
