"""Calls of recusal that no scenario leaves out, each with the reason."""

OWN_TESTS = "tests/reporting/complaints: complaints are no part of a case"
LETS_BACK = "takes people from who is kept out: leaving it out lets nobody know more"
OF_CALLS = "who outside is named after the mail: tests/cases/alarm/test_call.py"
OF_ROWS = "second rows and relatives: tests/cases/people/test_rows_of_one.py"
NOT_LEFT_OUT = {
    "cases.alarm.alarm: is_free in call": OF_CALLS,
    "cases.alarm.outside_views: is_free in alarm_outside": OF_CALLS,
    "cases.identity.views: judged in identity": "what the page may show, and nobody's name",
    "cases.people.barring: keep_out_beside in give_to_another": OF_ROWS,
    "cases.people.barring: keep_out_beside in silence": "asked when it was said; who came since is compared with who is out",
    "cases.people.concerned: keep_out_beside in _keep_out_for_good": "asked when it was said, as in silence",
    "cases.people.barring: lifted_among in keep_out_beside": LETS_BACK,
    "cases.people.said: lifted_among in _let_back": LETS_BACK,
    "reporting.form.weighing: lifted_among in bar_belonging": LETS_BACK,
    "reporting.form.weighing: lifted_among in judge_people": LETS_BACK,
    "cases.people.hearing: named_readers in hear": "each call of `hear` is left out",
    "cases.people.handover: keep_out_who_works_there in move": "who works where a case goes: tests/cases/people/test_barring.py",
    "cases.people.said: judged in keep_out_who_works_there": "who works where a case goes: tests/cases/people/test_barring.py",
    "cases.corrections.kind: end_parts in change_kind": "whom it is about was out since it was asked",
    "organisations.access.bars: barred_among in is_barred": "the same asked of one person",
    "organisations.access.bars: suspend in keep_lifted": "keeps nobody out: remembers who was let in",
    "organisations.access.routing: judged in route": "asked by submission.plan before; routes of the form show nobody",
    "reporting.form.weighing: barred_among in keep_out_of": "tells who is new: leaving it out promises work twice",
    "cases.people.hearing: barred_among in _called": "saves a question: who is barred stays so",
    "cases.people.barring: is_barred in compare": "saves work: who is barred stays so",
    "cases.people.said: judge_people in judged": "the function that calls it is left out",
    "cases.people.said: judge_people in _let_back": "whom two people brought back: tests/cases/people/test_barring.py",
    "cases.desk.access: recuse in take_away": "giving a case away: tests/cases/complaints/test_desk.py",
    "cases.people.leaving: barred_among in _never": "of a report that has no case yet: tests/cases/people/test_leaving.py",
    "cases.reception.list: hidden_cases in bans_for": "the line at the reception: tests/cases/reception/test_reception.py",
    "reporting.form.sending: is_barred in sent": "the last page of who wrote it down: tests/reporting/form/test_taker.py",
    "cases.reception.list: is_waiting in bans_for": "who comes to the reception: tests/cases/reception/test_reception.py",
    "reporting.complaints.complaints: recuse in complain": OWN_TESTS,
    "reporting.complaints.complaints: hidden_cases in complaints_of": OWN_TESTS,
    "reporting.complaints.readers: beside in _kept_out": OF_ROWS,
    "reporting.form.weighing: promise_end in bar_belonging": "reports that belong together: tests/cases/people/test_rows_of_one.py",
    "cases.deciding.handing_on: hear in ask_handing_on": "tests/cases/measures/test_handing_on.py",
    "cases.deciding.judging: somebody_is_barred in _linked": "tests/cases/after_closing/test_what_is_linked.py",
    "reporting.complaints.readers: keep_out in _kept_out": OWN_TESTS,
    "reporting.complaints.readers: barred_among in _kept_out": OWN_TESTS,
    "reporting.complaints.readers: recuse in pass_on": OWN_TESTS,
}
