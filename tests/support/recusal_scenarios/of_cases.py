"""Promises about what somebody at work writes or says in a case, and about somebody who comes."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.judging import options_of
from cases.deciding.records.records import end_record, extend_record
from cases.desk.access import give_access, take_away
from cases.file.contact.messages import write_to_reporter
from cases.file.notes import write_note, write_todo
from cases.files.files import add_files, strike_file
from cases.files.taking import TakenFile
from cases.job_kinds import CaseJob
from cases.models import Case, CaseRecord
from cases.people.concerned import questions_of, say_concerned
from cases.people.handover import Successor, begin, recovery_of
from cases.people.hearing import CONCERNED
from cases.people.not_free import declare_conflict
from cases.related.connections import add_name
from cases.related.joining import join
from jobs.models import Job
from organisations.access.bars import Suspended, barred_among, is_barred, keep_mentioned, suspend
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint, declare_relation
from reporting.evidence.intake import EvidencePiece, store_piece
from tests.support.barred import run_due
from tests.support.build import walk
from tests.support.histories.sending import opened
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import WHY, must_be_out, part_of, row_of


def a_recorded_name_ends_access(world: World) -> None:
    case = opened(world)
    add_name(case, "Karim de Vries", actor=part_of(case, "handler"))
    must_be_out(case, world["Vries"])


def a_note_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    write_note(
        case, "Karim de Vries nam het.", kind="note", actor=part_of(case, "handler"), token=uuid4(), about=CONCERNED
    )
    must_be_out(case, world["Vries"])


def a_todo_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    actor, token = part_of(case, "handler"), uuid4()
    write_todo(case, "Vraag wat Karim de Vries nam.", due=None, whom=None, actor=actor, token=token, about=CONCERNED)
    must_be_out(case, world["Vries"])


def _file(case: Case, words: str, about: str) -> None:
    piece = EvidencePiece("brief.txt", "txt", store_piece(words.encode()))
    taken, day = [TakenFile(piece, piece.file.sha256)], timezone.localdate()
    actor, token = part_of(case, "handler"), uuid4()
    add_files(case, taken, kind="other", source="", received_on=day, actor=actor, token=token, about=about)


def a_file_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    _file(case, "Karim de Vries nam het.", CONCERNED)
    must_be_out(case, world["Vries"])


def a_struck_file_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    _file(case, "Er is iets weg.", "")
    strike_file(case, 1, reason="Karim de Vries schreef dit.", actor=part_of(case, "handler"), about=CONCERNED)
    must_be_out(case, world["Vries"])


def a_message_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    write_to_reporter(case, "Nam Karim de Vries het?", actor=part_of(case, "handler"), token=uuid4(), about=CONCERNED)
    must_be_out(case, world["Vries"])


def a_reason_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    code, actor = next(option.code for option in options_of(case) if option.allowed), part_of(case, "handler")
    decide(case, Choice(code, reason="Karim de Vries nam het."), actor=actor, revision=case.revision, about=CONCERNED)
    must_be_out(case, world["Vries"])


def the_end_of_a_measure_about_a_reader_ends_access(world: World) -> None:
    case, measure = _with_a_measure(world)
    answers, actor = {"words": "Karim de Vries nam het."}, part_of(case, "handler")
    end_record(case, measure.id, "done", timezone.localdate(), answers, actor=actor, about=CONCERNED)
    must_be_out(case, world["Vries"])


def a_longer_measure_about_a_reader_ends_access(world: World) -> None:
    case, measure = _with_a_measure(world)
    later = (measure.until or timezone.localdate()) + timedelta(days=7)
    why = "Karim de Vries kwam terug."
    extend_record(case, measure.id, later, why, actor=part_of(case, "handler"), about=CONCERNED)
    must_be_out(case, world["Vries"])


def _with_a_measure(world: World) -> tuple[Case, CaseRecord]:
    case = walk(opened(world, "aggression"), "acknowledge", "assess", "medium", "adopt")
    return case, case.records.get(form="measure")


def _joined(world: World) -> tuple[Case, Case]:
    cases = [walk(opened(world, "aggression"), "acknowledge", "assess") for _number in range(2)]
    join(cases[0], cases[1].id, actor=part_of(cases[0], "handler"))
    return cases[0], cases[1]


def who_is_not_free_loses_both_cases_that_are_handled_together(world: World) -> None:
    case, lead = _joined(world)
    officer = part_of(case, "case_officer")
    declare_conflict(case, row_of(case, officer.person).id, actor=officer, grounds=["relative"], reason=WHY)
    must_be_out(case, officer.person)
    must_be_out(lead, officer.person)


def whoever_is_said_not_to_be_free_loses_both_cases(world: World) -> None:
    case, lead = _joined(world)
    officer = part_of(case, "case_officer")
    actor = part_of(case, "handler")
    declare_conflict(case, row_of(case, officer.person).id, actor=actor, grounds=["relative"], reason=WHY)
    must_be_out(case, officer.person)
    must_be_out(lead, officer.person)


def whoever_is_found_to_be_concerned_is_out_of_both_cases(world: World) -> None:
    case, lead = _joined(world)
    reader = part_of(case, "co_reader").person
    suspend(case.id, world.town, [Suspended(str(reader.id))])
    question = questions_of(case, part_of(case, "handler"))[0]
    say_concerned(case, question.row.id, actor=part_of(case, "handler"))
    must_be_out(case, reader)
    must_be_out(lead, reader)


def whoever_is_found_to_be_concerned_is_out_for_good(world: World) -> None:
    case = opened(world)
    officer = part_of(case, "case_officer").person
    suspend(case.id, world.town, [Suspended(str(officer.id))])
    say_concerned(case, questions_of(case, part_of(case, "handler"))[0].row.id, actor=part_of(case, "handler"))
    assert officer.id in barred_among(case.id, [officer.id]).recused


def _said_to_be_about_who_was_mentioned(world: World, case: Case) -> Person:
    officer, actor = part_of(case, "case_officer").person, part_of(case, "handler")
    keep_mentioned(case.id, world.town, {officer.id: ["een merk"]})
    assert not is_barred(case.id, officer.id)
    assert not say_concerned(case, questions_of(case, actor)[0].row.id, actor=actor)
    return officer


def whoever_was_only_mentioned_is_out_when_somebody_says_that_it_is_about_them(world: World) -> None:
    case = opened(world)
    must_be_out(case, _said_to_be_about_who_was_mentioned(world, case))


def the_relative_of_who_was_only_mentioned_is_out_then_too(world: World) -> None:
    case = opened(world)
    reader, officer = (part_of(case, relation).person for relation in ("co_reader", "case_officer"))
    declare_relation(reader, world.town, officer, "partner")
    run_due()
    _said_to_be_about_who_was_mentioned(world, case)
    must_be_out(case, reader)


def silence_keeps_out_for_good_who_is_not_free(world: World) -> None:
    case = opened(world)
    officer, actor = part_of(case, "case_officer").person, part_of(case, "handler")
    declare_conflict(case, row_of(case, officer).id, actor=actor, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert officer.id in barred_among(case.id, [officer.id]).recused


def silence_keeps_out_for_good_whose_question_nobody_could_answer(world: World) -> None:
    case = opened(world, "pressure")
    handler, guard = part_of(case, "handler").person, part_of(case, "support")
    for relation in ("case_officer", "co_reader"):
        take_away(case, part_of(case, relation).person)
    declare_conflict(case, row_of(case, handler).id, actor=guard, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    must_be_out(case, handler)


def the_second_row_of_whose_question_nobody_could_answer_is_out(world: World) -> None:
    case = opened(world, "pressure")
    handler, guard = part_of(case, "handler").person, part_of(case, "support")
    second = Person.objects.create_person(handler.parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    run_due()
    for relation in ("case_officer", "co_reader"):
        take_away(case, part_of(case, relation).person)
    declare_conflict(case, row_of(case, handler).id, actor=guard, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert is_barred(case.id, second.id)


def _said_by_who_reads_nothing(world: World, second: Person, code: str) -> tuple[Case, Person]:
    """The guard says that the handler is not free, and nobody reads along but `second`, whose answer does not count."""
    case = opened(world, "pressure")
    handler, guard = part_of(case, "handler").person, part_of(case, "support")
    for relation in ("case_officer", "co_reader"):
        take_away(case, part_of(case, relation).person)
    begin(case, "co_reader", Successor(second, world.town, code), recovery_of(case))
    give_access(case)
    declare_conflict(case, row_of(case, handler).id, actor=guard, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    return case, handler


def who_could_answer_only_about_themselves_is_out(world: World) -> None:
    """The only other reader is a second row of the same human."""
    second = Person.objects.create_person(world["Haan"].parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    run_due()
    case, handler = _said_by_who_reads_nothing(world, second, "officer")
    must_be_out(case, handler)
    must_be_out(case, second)


def silence_ends_the_part_in_both_cases(world: World) -> None:
    case, lead = _joined(world)
    handler, guard = part_of(case, "handler").person, part_of(case, "support")
    for relation in ("case_officer", "co_reader"):
        take_away(case, part_of(case, relation).person)
    declare_conflict(case, row_of(case, handler).id, actor=guard, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    must_be_out(case, handler)
    must_be_out(lead, handler)


def nobody_agrees_with_themselves_so_silence_goes_on(world: World) -> None:
    """The only other reader is a second row of who said it."""
    case = opened(world, "pressure")
    second = Person.objects.create_person(part_of(case, "support").person.parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    run_due()
    case, handler = _said_by_who_reads_nothing(world, second, "officer")
    must_be_out(case, handler)
    assert Assignment.objects.holding().filter(case=case.id, relation="handler").exclude(person=handler).exists()


def whoever_is_said_not_to_be_free_is_out(world: World) -> None:
    case = opened(world)
    officer = part_of(case, "case_officer").person
    declare_conflict(case, row_of(case, officer).id, actor=part_of(case, "handler"), grounds=["relative"], reason=WHY)
    must_be_out(case, officer)
