"""Each call of recusal, left out in turn: a scenario must notice. Who adds a call of recusal adds a line here.

A scenario is a promise in a small world (tests/support/recusal_scenarios), and raises AssertionError where it is broken.
"""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from tests.support.histories.world import World, a_world
from tests.support.recusal_scenarios.calls import calls_of_recusal
from tests.support.recusal_scenarios.instead import (
    false,
    no_bars,
    no_jobs,
    no_list,
    no_rows,
    no_subjects,
    nobody,
    nothing,
    only_of_the_table,
    true,
    unlike,
    without,
)
from tests.support.recusal_scenarios.not_left_out import NOT_LEFT_OUT
from tests.support.recusal_scenarios.of_alarms import (
    no_alarm_opens_for_who_was_barred_since,
    no_alarm_opens_for_who_was_not_compared,
    no_alarm_waits_for_who_was_barred_since,
    no_contact_outside_who_is_named_is_called,
    no_mail_calls_who_was_barred_since,
    no_mail_calls_who_was_not_compared,
    no_mail_tells_who_is_barred_of_a_todo,
    nobody_who_is_barred_is_called,
    nobody_who_is_named_is_called,
    who_called_and_is_barred_since_has_no_number,
    who_called_and_is_named_by_a_colleague_since_has_no_number,
    who_called_and_is_named_since_has_no_number,
)
from tests.support.recusal_scenarios.of_bars import (
    a_bar_denies_everything,
    a_bar_ends_what_somebody_has_in_a_signal,
    a_bar_gives_no_permission,
    a_bar_hides_a_signal,
    a_bar_hides_the_case,
    a_bar_hides_the_count,
    a_bar_hides_the_number_of_reports_to_judge,
    a_bar_hides_the_report_to_judge,
    a_bar_reminds_of_nothing,
    nothing_is_joined_where_somebody_is_barred_from_the_other,
    the_end_of_a_link_is_no_fact_where_somebody_is_barred_from_the_other,
    who_is_out_of_a_case_is_out_of_the_one_that_is_linked_to_it,
    who_lost_a_case_sees_that_it_was_handed_over,
    who_never_had_a_case_sees_that_there_is_none,
    who_was_elsewhere_when_two_cases_were_linked_is_out_of_both,
)
from tests.support.recusal_scenarios.of_cases import (
    a_file_about_a_reader_ends_access,
    a_longer_measure_about_a_reader_ends_access,
    a_message_about_a_reader_ends_access,
    a_note_about_a_reader_ends_access,
    a_reason_about_a_reader_ends_access,
    a_recorded_name_ends_access,
    a_struck_file_about_a_reader_ends_access,
    a_todo_about_a_reader_ends_access,
    nobody_agrees_with_themselves_so_silence_goes_on,
    silence_ends_the_part_in_both_cases,
    silence_keeps_out_for_good_who_is_not_free,
    silence_keeps_out_for_good_whose_question_nobody_could_answer,
    the_end_of_a_measure_about_a_reader_ends_access,
    the_relative_of_who_was_only_mentioned_is_out_then_too,
    the_second_row_of_whose_question_nobody_could_answer_is_out,
    who_could_answer_only_about_themselves_is_out,
    who_is_not_free_loses_both_cases_that_are_handled_together,
    whoever_is_found_to_be_concerned_is_out_for_good,
    whoever_is_found_to_be_concerned_is_out_of_both_cases,
    whoever_is_said_not_to_be_free_is_out,
    whoever_is_said_not_to_be_free_loses_both_cases,
    whoever_was_only_mentioned_is_out_when_somebody_says_that_it_is_about_them,
)
from tests.support.recusal_scenarios.of_decisions import (
    whoever_a_proposal_is_about_is_out,
    whoever_the_reason_for_another_kind_is_about_is_out,
    whoever_the_refusal_of_a_proposal_is_about_is_out,
    whoever_the_words_of_an_agreement_are_about_is_out,
    whom_a_case_of_another_kind_is_about_is_out,
)
from tests.support.recusal_scenarios.of_newcomers import (
    a_new_name_is_compared,
    a_new_office_is_compared,
    a_new_relation_is_compared,
    a_new_role_is_compared,
    a_relation_to_somebody_elsewhere_is_compared,
    no_mail_goes_before_its_reader_was_compared,
    nobody_comes_who_is_barred,
    nobody_comes_who_was_typed_before,
    nobody_comes_whom_a_todo_names,
    nobody_counts_before_being_compared,
    nobody_reads_before_being_compared,
    the_relative_of_a_new_name_reads_nothing_before,
    the_relative_of_somebody_who_is_not_free_is_out,
    the_relative_of_whom_a_note_is_about_is_out,
    the_second_row_of_somebody_who_is_out_is_out,
    the_second_row_of_who_says_not_to_be_free_is_out,
    who_only_counts_is_out_when_a_note_is_about_them,
)
from tests.support.recusal_scenarios.of_parties import (
    whoever_a_message_on_a_page_is_about_is_out,
    whoever_a_person_names_on_a_page_is_out,
    whoever_an_answer_on_a_page_is_about_is_out,
    whoever_has_the_name_of_a_party_is_out,
    whoever_is_named_beside_a_party_is_out,
    whoever_the_end_of_a_party_is_about_is_out,
    whoever_the_purpose_of_a_page_is_about_is_out,
)
from tests.support.recusal_scenarios.of_reports import (
    a_following_report_inherits_who_is_out,
    no_adviser_who_is_barred_gets_a_name,
    no_adviser_who_is_meant_gets_a_name,
    no_handler_who_is_meant_gets_a_name,
    no_mail_says_that_a_case_was_opened,
    no_mail_says_that_the_reporter_wrote,
    no_mail_that_waited_goes_to_who_is_out_by_then,
    nobody_concerned_is_alarmed,
    the_relative_of_somebody_mentioned_is_out,
    the_reporter_is_out,
    the_second_row_of_one_human_is_out,
    the_second_row_of_somebody_excluded_is_out,
    what_is_typed_changes_no_shown_reader,
    whoever_a_correction_names_is_out,
    whoever_a_message_names_is_out,
    whoever_a_request_names_is_out,
    whoever_an_experience_names_is_out,
    whoever_evidence_names_is_out,
    whoever_held_the_function_is_out,
    whoever_is_related_is_out,
    whoever_may_be_meant_is_out,
    whoever_reads_elsewhere_in_the_function_is_out,
    whoever_the_account_names_is_out,
    whoever_the_reporter_turns_out_to_be_is_out,
    whoever_was_chosen_is_out,
    whoever_was_said_not_to_handle_it_is_out,
    whoever_was_typed_is_out,
    whoever_works_a_case_that_moved_is_out,
)
from tests.support.recusal_scenarios.of_words import (
    HEARD,
    out_by,
    the_second_row_of_who_is_not_free_of_a_signal_is_out,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Mutation:
    """One call left out. `where`: module and name as the caller knows it. `only_in`: the function in which it is left out;
    in every one, where empty."""

    where: str
    scenario: Callable[[World], None]
    only_in: str = ""
    instead: Any = lambda *given, **named: None

    def __str__(self) -> str:
        return f"{self.where}{' in ' + self.only_in if self.only_in else ''}"


RECUSAL, BARS, SAID = "organisations.access.recusal", "organisations.access.bars", "cases.people.words.said.Said"
MUTATIONS = [
    # What recusal looks at
    Mutation(f"{RECUSAL}._of_names", whoever_was_typed_is_out, instead=unlike),
    Mutation("reporting.form.persons.weighing.keep_out", whoever_evidence_names_is_out, instead=without(unasked=())),
    Mutation("organisations.access.routing.keep_out", whoever_was_chosen_is_out, instead=without(subjects=())),
    Mutation(
        "organisations.access.routing.keep_out", whoever_was_said_not_to_handle_it_is_out, instead=without(excluded=())
    ),
    Mutation("organisations.access.routing.keep_out", a_following_report_inherits_who_is_out, instead=without(earlier=None)),
    Mutation(f"{RECUSAL}.related_to", whoever_is_related_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}.declared_others", a_relation_to_somebody_elsewhere_is_compared, instead=no_rows),
    Mutation(f"{RECUSAL}._namesakes", the_second_row_of_one_human_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}._namesakes", the_second_row_of_somebody_excluded_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}._mentioned", whoever_the_account_names_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}._mentioned", the_relative_of_somebody_mentioned_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}.Near.former_holders", whoever_held_the_function_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}._reporter", the_reporter_is_out, instead=no_rows),
    Mutation(f"{RECUSAL}.barred_among", a_following_report_inherits_who_is_out, instead=nobody),
    # What it leaves
    Mutation(f"{BARS}.recuse", whoever_was_chosen_is_out, "keep_out_of"),
    Mutation(f"{BARS}.suspend", whoever_may_be_meant_is_out, "keep_out_of"),
    Mutation("reporting.form.submission.keep_out_of", whoever_was_chosen_is_out),
    Mutation("reporting.form.submission.judged", whoever_was_typed_is_out, instead=nothing),
    # Where words arrive
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_message_names_is_out, "send_message"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_request_names_is_out, "_ask"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_an_experience_names_is_out, "tell_experience"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_the_reporter_turns_out_to_be_is_out, "share_identity"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_correction_names_is_out, "confirm"),
    Mutation("cases.related.connections.weigh", a_recorded_name_ends_access, "add_name"),
    Mutation("cases.file.notes.hear", a_note_about_a_reader_ends_access, "write_note"),
    Mutation("cases.file.notes.hear", a_todo_about_a_reader_ends_access, "write_todo"),
    Mutation("cases.file.contact.messages.hear", a_message_about_a_reader_ends_access),
    Mutation("cases.files.files.hear", a_file_about_a_reader_ends_access, "add_files"),
    Mutation("cases.files.files.hear", a_struck_file_about_a_reader_ends_access, "strike_file"),
    Mutation("cases.deciding.decisions.hear", a_reason_about_a_reader_ends_access),
    Mutation("cases.deciding.records.records.hear", the_end_of_a_measure_about_a_reader_ends_access, "end_record"),
    Mutation("cases.deciding.records.records.hear", a_longer_measure_about_a_reader_ends_access, "extend_record"),
    Mutation("cases.parties.parties.weigh", whoever_has_the_name_of_a_party_is_out),
    Mutation("cases.parties.parties.hear", whoever_is_named_beside_a_party_is_out, "add_party"),
    Mutation("cases.parties.parties.hear", whoever_the_end_of_a_party_is_about_is_out, "end_party"),
    Mutation("cases.parties.bundles.hear", whoever_the_purpose_of_a_page_is_about_is_out, "open_bundle"),
    Mutation("cases.parties.entries.hear", whoever_a_message_on_a_page_is_about_is_out, "put"),
    Mutation("cases.parties.asking.hear", whoever_an_answer_on_a_page_is_about_is_out, "answer"),
    Mutation("cases.parties.entries.weigh", whoever_a_person_names_on_a_page_is_out),
    *(Mutation(f"cases.{module}.hear", out_by(place), function) for place, module, function in HEARD),
    Mutation("reporting.form.persons.weighing.promise_end", whoever_a_message_names_is_out, "bar"),
    Mutation(f"{BARS}.barred_among", no_handler_who_is_meant_gets_a_name, "not_barred", nobody),
    Mutation("reporting.mailbox.mailbox.judge_people", no_adviser_who_is_meant_gets_a_name, "_advisers", nothing),
    Mutation("reporting.form.persons.weighing.everybody_near", whoever_works_a_case_that_moved_is_out, instead=only_of_the_table),
    Mutation(f"{BARS}.barred_among", no_mail_says_that_the_reporter_wrote, "not_barred", nobody),
    Mutation(f"{BARS}.barred_among", no_mail_says_that_a_case_was_opened, "not_barred", nobody),
    Mutation("reporting.mailbox.mailbox._readers_meant", whoever_reads_elsewhere_in_the_function_is_out, instead=no_subjects),
    # Where parts end
    Mutation("cases.jobs.end_parts", whoever_a_message_names_is_out),
    Mutation("cases.people.hearing.end_parts", a_note_about_a_reader_ends_access),
    Mutation("cases.related.connections.end_parts", a_recorded_name_ends_access),
    Mutation("cases.parties.parties.end_parts", whoever_has_the_name_of_a_party_is_out),
    Mutation("cases.people.not_free.end_parts", who_is_not_free_loses_both_cases_that_are_handled_together),
    Mutation("cases.people.not_free.end_parts", whoever_is_said_not_to_be_free_loses_both_cases),
    Mutation("cases.people.barring.end_parts", silence_ends_the_part_in_both_cases, "_after_asking"),
    Mutation("cases.people.barring.rows_of_one", who_could_answer_only_about_themselves_is_out, instead=no_rows),
    Mutation("cases.people.barring.rows_of_one", nobody_agrees_with_themselves_so_silence_goes_on, instead=no_rows),
    Mutation("cases.people.concerned.end_parts", whoever_is_found_to_be_concerned_is_out_of_both_cases),
    Mutation(f"{BARS}.recuse", whoever_is_found_to_be_concerned_is_out_for_good, "_keep_out_for_good"),
    Mutation(f"{BARS}.recuse", silence_keeps_out_for_good_whose_question_nobody_could_answer, "_after_asking"),
    Mutation(f"{BARS}.recuse", silence_keeps_out_for_good_who_is_not_free, "silence"),
    Mutation(f"{BARS}.recuse", who_is_not_free_loses_both_cases_that_are_handled_together, "declare_conflict"),
    Mutation(f"{BARS}.recuse", who_is_not_free_loses_both_cases_that_are_handled_together, "_bar_alike"),
    Mutation(f"{BARS}.recuse", whoever_the_reporter_turns_out_to_be_is_out, "keep_out_of"),
    Mutation(f"{BARS}.suspend", whoever_a_message_names_is_out, "keep_out_of"),
    Mutation(f"{BARS}.suspend", a_note_about_a_reader_ends_access, "_keep"),
    Mutation(f"{BARS}.suspend", whoever_is_said_not_to_be_free_is_out, "declare_conflict"),
    Mutation(f"{BARS}.suspend", whoever_is_said_not_to_be_free_loses_both_cases, "_bar_alike"),
    Mutation(f"{BARS}.barred_among", whoever_a_message_names_is_out, "_end_parts_of", nobody),
    Mutation(f"{BARS}.barred_among", whoever_is_said_not_to_be_free_loses_both_cases, "_bar_alike", nobody),
    Mutation(f"{BARS}.barred_among", nothing_is_joined_where_somebody_is_barred_from_the_other, "somebody_is_barred", nobody),
    Mutation("cases.people.barring.beside", the_second_row_of_who_says_not_to_be_free_is_out, instead=no_rows),
    Mutation("cases.people.hearing.keep_out_beside", the_relative_of_whom_a_note_is_about_is_out),
    Mutation(f"{BARS}.suspend", whoever_was_only_mentioned_is_out_when_somebody_says_that_it_is_about_them, "say_concerned"),
    Mutation("cases.people.concerned.keep_out_beside", the_relative_of_who_was_only_mentioned_is_out_then_too, "say_concerned"),
    Mutation("cases.people.barring._bar_alike", who_is_not_free_loses_both_cases_that_are_handled_together),
    # Who comes
    Mutation("organisations.people.appointments.compare_again", a_new_role_is_compared, "appoint"),
    Mutation("organisations.people.appointments.compare_again", a_new_office_is_compared, "take_office"),
    Mutation("organisations.people.appointments.compare_again", a_new_relation_is_compared, "declare_relation"),
    Mutation("organisations.people.naming.compare_again", a_new_name_is_compared),
    Mutation("cases.jobs.compare", a_new_role_is_compared),
    Mutation(f"{RECUSAL}.related_among", the_relative_of_somebody_who_is_not_free_is_out, instead=no_rows),
    Mutation("reporting.form.persons.weighing.beside", the_relative_of_somebody_who_is_not_free_is_out, instead=no_rows),
    Mutation(f"{BARS}.barred_among", the_relative_of_somebody_who_is_not_free_is_out, "judge_people", nobody),
    Mutation(f"{RECUSAL}._namesakes", the_second_row_of_somebody_who_is_out_is_out, "<genexpr>", no_rows),
    Mutation("organisations.people.comparing.related_people", the_relative_of_a_new_name_reads_nothing_before, instead=no_rows),
    Mutation("cases.people.words.said.Said.judged", nobody_comes_who_was_typed_before, "among", nothing),
    Mutation("cases.people.words.said.Said.judged", a_new_role_is_compared, "compare", nothing),
    Mutation("cases.people.words.said.Said.judged", nobody_who_is_named_is_called, "_free", nothing),
    Mutation("cases.people.words.said.Said.may_mean", no_contact_outside_who_is_named_is_called, instead=false),
    Mutation("cases.people.not_free.keep_out_beside", the_second_row_of_who_says_not_to_be_free_is_out, "declare_conflict"),
    Mutation("cases.people.barring.keep_out_beside", the_second_row_of_whose_question_nobody_could_answer_is_out, "_after_asking"),
    Mutation("cases.worklist.signals.keep_out_beside", the_second_row_of_who_is_not_free_of_a_signal_is_out, "say_not_free"),
    Mutation("cases.people.words.said.Said._todos", nobody_comes_whom_a_todo_names, instead=no_rows),
    Mutation("cases.people.handover.barred_from_any", nobody_comes_who_is_barred, instead=no_rows),
    # What a bar does
    Mutation("cases.desk.access.hidden_cases", a_bar_hides_the_case, instead=no_rows),
    Mutation("cases.desk.access.hidden_cases", a_bar_hides_the_count, instead=no_rows),
    Mutation("cases.desk.access.is_compared", nobody_counts_before_being_compared, instead=true),
    Mutation("organisations.access.policy.comparisons_due", nobody_reads_before_being_compared, "_assignments", no_jobs),
    Mutation("reporting.jobs.wait_until_compared", no_mail_goes_before_its_reader_was_compared),
    Mutation("cases.alarm.alarm.wait_until_compared", no_mail_calls_who_was_not_compared),
    Mutation("cases.alarm.alarm.comparisons_due", no_alarm_opens_for_who_was_not_compared, instead=no_jobs),
    Mutation("cases.people.hearing._who_could_know", who_only_counts_is_out_when_a_note_is_about_them, instead=no_rows),
    Mutation("cases.desk.access.barred_among", a_bar_gives_no_permission, instead=nobody),
    Mutation(
        "cases.worklist.quarantine.hidden_cases", a_bar_hides_the_number_of_reports_to_judge, "how_many_suspects", no_rows
    ),
    Mutation("reporting.mailbox.mailbox.barred_among", no_adviser_who_is_barred_gets_a_name, "_advisers", nobody),
    Mutation("cases.related.connections.somebody_is_barred", the_end_of_a_link_is_no_fact_where_somebody_is_barred_from_the_other, "unlink", false),
    Mutation("cases.worklist.quarantine.hidden_cases", a_bar_hides_the_report_to_judge, instead=no_rows),
    Mutation(f"{BARS}.hidden_cases", a_bar_hides_a_signal, "signals_of", no_rows),
    Mutation(f"{BARS}.barred_among", a_bar_ends_what_somebody_has_in_a_signal, "_end_parts_of", nobody),
    Mutation("organisations.access.policy.bars_of", a_bar_denies_everything, instead=no_bars),
    Mutation(f"{BARS}.barred_among", a_bar_reminds_of_nothing, "not_barred", nobody),
    Mutation("reporting.jobs.is_out", nobody_concerned_is_alarmed, "_alarm", false),
    Mutation("reporting.jobs.is_out", no_mail_that_waited_goes_to_who_is_out_by_then, "ping", false),
    Mutation("cases.desk.page.had_before", who_lost_a_case_sees_that_it_was_handed_over, instead=false),
    Mutation("cases.desk.page.had_before", who_never_had_a_case_sees_that_there_is_none, instead=true),
    Mutation("cases.related.connections.bar_alike", who_is_out_of_a_case_is_out_of_the_one_that_is_linked_to_it),
    Mutation("cases.related.connections.end_parts", who_is_out_of_a_case_is_out_of_the_one_that_is_linked_to_it, "keep_out_of_both"),
    Mutation(f"{BARS}.barred_among", who_is_out_of_a_case_is_out_of_the_one_that_is_linked_to_it, "bar_alike", nobody),
    Mutation("reporting.form.persons.weighing.belonging", who_was_elsewhere_when_two_cases_were_linked_is_out_of_both, "judge_people", no_list),
    Mutation("cases.related.joining.somebody_is_barred", nothing_is_joined_where_somebody_is_barred_from_the_other, instead=false),
    # What calls or waits outside any case
    Mutation("cases.alarm.alarm.barred_among", nobody_who_is_barred_is_called, "_free", nobody),
    Mutation("cases.alarm.alarm.is_free", no_mail_calls_who_was_barred_since, "call", true),
    Mutation("cases.alarm.alarm.hidden_cases", no_alarm_opens_for_who_was_barred_since, "call_for", no_rows),
    Mutation("cases.waiting.queue.hidden_cases", no_alarm_waits_for_who_was_barred_since, "waiting_for", no_rows),
    Mutation("cases.people.words.said.keep_out", no_contact_outside_who_is_named_is_called, "may_mean", nothing),
    Mutation(f"{BARS}.barred_among", who_called_and_is_barred_since_has_no_number, "_take_numbers", nobody),
    Mutation("reporting.form.persons.weighing.called_by_alarm", who_called_and_is_named_since_has_no_number, instead=no_rows),
    Mutation("cases.people.hearing.called_by_alarm", who_called_and_is_named_by_a_colleague_since_has_no_number, instead=no_rows),
    Mutation("cases.file.notes.is_barred", no_mail_tells_who_is_barred_of_a_todo, "_tell", false),
    # What a reporter may see
    Mutation("organisations.access.recusal.Circle.chosen_only", what_is_typed_changes_no_shown_reader, instead=property(lambda circle: circle)),
    # Where two people decide
    Mutation("cases.deciding.proposals.hear", whoever_a_proposal_is_about_is_out, only_in="propose"),
    Mutation("cases.deciding.proposals.hear", whoever_the_refusal_of_a_proposal_is_about_is_out, only_in="refuse"),
    Mutation("cases.deciding.proposals.hear", whoever_the_words_of_an_agreement_are_about_is_out, only_in="agree"),
    Mutation("cases.corrections.kind.weigh", whom_a_case_of_another_kind_is_about_is_out),
    Mutation("cases.corrections.kind.end_parts", whom_a_case_of_another_kind_is_about_is_out, only_in="ask_kind"),
    Mutation("cases.corrections.kind.hear", whoever_the_reason_for_another_kind_is_about_is_out),
]  # fmt: skip
SCENARIOS = {mutation.scenario.__name__: mutation.scenario for mutation in MUTATIONS}


def test_every_call_of_recusal_is_left_out_once():
    left_out = {(mutation.where, mutation.only_in) for mutation in MUTATIONS}
    missing = {
        f"{module}: {name} in {function}"
        for module, name, function in calls_of_recusal()
        if not {(f"{at}.{name}", only_in) for at in (module, BARS, SAID) for only_in in ("", function)} & left_out
    }
    assert missing - NOT_LEFT_OUT.keys() == set()
    assert NOT_LEFT_OUT.keys() - missing == set(), "stands here without need"


@contextmanager
def _left_out(mutation: Mutation):
    place, _dot, name = mutation.where.rpartition(".")
    owner = _found(place)
    real = owner.__dict__[name]

    def sometimes(*given, **named):
        left_out = not mutation.only_in or sys._getframe(1).f_code.co_name == mutation.only_in
        return (mutation.instead if left_out else real)(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, mutation.instead if isinstance(mutation.instead, property) else sometimes)
        yield


def _found(place: str):
    """A module, or a class in one."""
    try:
        return import_module(place)
    except ModuleNotFoundError:
        module, _dot, name = place.rpartition(".")
        return getattr(import_module(module), name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_promise_holds(name):
    check = SCENARIOS[name]
    check(a_world())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_promise_breaks_without_the_call(mutation):
    with _left_out(mutation), pytest.raises((AssertionError, pytest.fail.Exception)):
        mutation.scenario(a_world())
