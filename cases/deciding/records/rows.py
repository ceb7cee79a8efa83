"""Records with fields: whether the answers hold, each by itself, beside the others and beside the state of the case; and how
people read them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.deciding.records.amounts import amount_of, in_euros
from cases.deciding.records.choice_words import choice_rule, choice_with, only_when_in_words
from cases.deciding.records.faults import Faults
from cases.desk.colleagues import chosen, colleagues_in_words, work_the_case
from cases.desk.refusals import Refused
from cases.models import Case, CaseRecord
from cases.parties.replying import has_draft, is_of_case
from cases.protocol.definitions import DoneBy
from cases.protocol.kinds.deadline_kinds import after, beginning_of, unit_words
from cases.protocol.kinds.forms import (
    MOMENT_OF_DEED,
    FieldType,
    NotBeforeField,
    RecordField,
    record_forms,
)
from organisations.desk.numbers import number_in

FIRST_YEAR, LAST_YEAR = 1900, 9999
Row = Mapping[str, str]  # {field of a record form: answer}; a day or moment in ISO form, a choice as its code
States = Mapping[str, str]  # {track, or one of BESIDE_TRACKS: the state in which it is}
NO_STATES: States = {}


def judged_rows(
    case: Case, rule: DoneBy, rows: tuple[Row, ...], now: datetime, states: States, faults: Faults
) -> tuple[Row, ...]:
    """The rows of a record, without what was left empty and with what the decision itself answers."""
    form, asked = record_forms()[rule.record], rule.asked(case.kind)
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(answer.strip() for answer in row.values())]
    if not filled or len(filled) > form.rows:
        faults.add(_("Fill in what was done."), field_name(1, next(iter(asked))))
        return ()
    given = []
    for number, row in filled:
        answers = judged_row(case, asked, {**row, **rule.given}, now, states, faults, number=number)
        if form.later and not _is_later(case, rule.record, answers):
            words = _("This was on the same day as the last time, or before it. Record each contact by itself.")
            faults.add(words, field_name(number, MOMENT_OF_DEED))
        for key, field in asked.items():
            if answers.get(key) in field.on_page and not has_draft(case, answers.get(form.person or "", "")):
                words = _(
                    "No draft stands on the papers page of this person. Put it there first, or choose another way."
                )
                faults.add(words, field_name(number, key))
        given.append({**answers, **rule.given})
    return tuple(given)


def _is_later(case: Case, form: str, row: Row) -> bool:
    """Whether what the row tells was on a later day than the last record of this form."""
    last = (
        case.records.filter(form=form)
        .order_by("-decision__done_at")
        .values_list("decision__done_at", flat=True)
        .first()
    )
    moment = moment_of(row.get(MOMENT_OF_DEED, ""))
    return last is None or moment is None or timezone.localdate(moment) > timezone.localdate(last)


def judged_row(
    case: Case,
    fields: Mapping[str, RecordField],
    row: Row,
    now: datetime,
    states: States,
    faults: Faults,
    *,
    number: int = 1,
) -> Row:
    """The answers to these fields, without what was left empty. Every fault is told at a field of row `number`."""
    given: dict[str, str] = {}
    for key, asked in fields.items():
        answer, where = row.get(key, "").strip(), field_name(number, key)
        if answer and not _may_be_filled(asked, row):
            faults.add(_only_when(fields, asked), where)
        elif answer:
            wrong = wrong_answer(case, asked, answer, now, states) or _goes_not_with(fields, asked, answer, row)
            if wrong:
                faults.add(wrong, where)
            given[key] = _kept(asked, answer)
        elif not asked.optional or _is_needed(asked, row):
            faults.add(missing_words(asked), where)
    for key in given:
        rule = fields[key].not_before
        if rule and (wrong := _too_early(fields, rule, given, key)):
            faults.add(wrong, field_name(number, key))
    return given


def _kept(asked: RecordField, answer: str) -> str:
    """The answer as it is stored: of an amount the number that was read, so that every page shows that one."""
    amount = amount_of(answer) if asked.type == FieldType.AMOUNT else None
    return answer if amount is None else f"{amount:.2f}"


def field_name(number: int, key: str) -> str:
    """The name of a field of a record on the page: of row `number`, from 1."""
    return f"record-{number}-{key}"


def _is_needed(asked: RecordField, row: Row) -> bool:
    return any(chosen(row.get(other, "")) & set(answers) for other, answers in asked.needed_when.items())


def _may_be_filled(asked: RecordField, row: Row) -> bool:
    return all(chosen(row.get(other, "")) & set(answers) for other, answers in asked.only_when.items())


def _only_when(fields: Mapping[str, RecordField], asked: RecordField) -> str:
    words = only_when_in_words(fields, asked)
    return _("This does not agree with another answer. %(rule)s Leave it empty, or change that answer.") % {
        "rule": words
    }


def _goes_not_with(fields: Mapping[str, RecordField], asked: RecordField, answer: str, row: Row) -> str:
    """Why a choice does not go with another answer; empty where it does."""
    with_it = asked.choose_with.get(answer, {})
    return (
        ""
        if all(row.get(other, "") in answers for other, answers in with_it.items())
        else choice_with(fields, asked, answer)
    )


def _too_early(fields: Mapping[str, RecordField], rule: NotBeforeField, given: Row, key: str) -> str:
    """Why an answer lies too early after another one; empty where it does not."""
    first, then = day_of(given.get(rule.field, "")), day_of(given[key])
    if first is None or then is None:
        return ""
    words = {"question": str(fields[rule.field].label)}
    if then < first or _is_before(given[rule.field], given[key]):
        return _("This lies before “%(question)s”.") % words
    if rule.length and not (rule.unless and given.get(rule.unless)):
        earliest = timezone.localdate(after(beginning_of(first), rule.length, rule.unit))
        if then < earliest:
            length = f"{rule.length} {unit_words(rule.unit, rule.length)}"
            words |= {"length": length, "day": date_format(earliest, "j F Y")}
            return (
                _("This lies less than %(length)s after “%(question)s”: it could be on %(day)s at the earliest.")
                % words
            )
    return ""


def _is_before(first: str, then: str) -> bool:
    """Whether of two moments the second lies before the first; a day has no moment."""
    one, other = moment_of(first), moment_of(then)
    return one is not None and other is not None and _has_time(first) and _has_time(then) and other < one


def missing_words(asked: RecordField) -> str:
    """That a question was not answered, with the question."""
    words = {
        FieldType.CHOICE: _("Choose an answer to “%(question)s”."),
        FieldType.RECORD: _("Choose an answer to “%(question)s”."),
        FieldType.DAY: _("Give a day at “%(question)s”."),
        FieldType.MOMENT: _("Give a day and a time at “%(question)s”."),
        FieldType.PERSON: _("Choose who it is at “%(question)s”."),
        FieldType.COLLEAGUES: _("Choose who it is at “%(question)s”."),
    }
    return words.get(asked.type, _("Fill in “%(question)s”.")) % {"question": asked.label}


def wrong_answer(case: Case, asked: RecordField, answer: str, now: datetime, states: States = NO_STATES) -> str:
    """What is wrong with one answer, in words; empty where it holds."""
    match asked.type:
        case FieldType.CHOICE if answer not in asked.choices:
            return missing_words(asked)
        case FieldType.CHOICE if not asked.can_choose(answer, states):
            return choice_rule(case, asked, answer)
        case FieldType.CHOICE if answer in asked.refuses:
            return str(asked.refuses[answer])
        case FieldType.RECORD if record_named(case, asked.of, answer) is None:
            return _("Choose one that runs.")
        case FieldType.MOMENT:
            return wrong_moment(case, answer, now, earlier=asked.earlier)
        case FieldType.AMOUNT if amount_of(answer) is None:
            return _("Give an amount in euros, for example 250, 1.250 or 99,50.")
        case FieldType.DAY:
            return _wrong_day(case, asked, answer, now)
        case FieldType.PERSON if not is_of_case(case, answer, asked.parts):
            return missing_words(asked)
        case FieldType.COLLEAGUES if not work_the_case(case, chosen(answer) - set(asked.choices)):
            return missing_words(asked)
    return ""


def _wrong_day(case: Case, asked: RecordField, answer: str, now: datetime) -> str:
    day, today = day_of(answer), timezone.localdate(now)
    if day is None or _has_time(answer):
        return missing_words(asked)
    if asked.ahead and day < today:
        return _("Give a day that has not passed.")
    if asked.ahead and (day - today).days > asked.within:
        return _("Give a day that is at most %(count)d days ahead.") % {"count": asked.within}
    if not asked.ahead and day > today:
        return _("Give a day that is not in the future.")
    if not asked.ahead and not asked.earlier and day < case.started_on:
        return _("This day lies before the report.")
    return ""


def past(case: Case, text: str, now: datetime, name: str, faults: Faults) -> datetime | None:
    """A moment between the receipt and now; None for what is none, with its fault."""
    if wrong := wrong_moment(case, text, now):
        faults.add(wrong, name)
        return None
    return moment_of(text)


def wrong_moment(case: Case, text: str, now: datetime, *, earlier: bool = False) -> str:
    """Why a text is no moment between the receipt of the report and now; empty where it is one. `earlier`: it may lie before
    the report."""
    moment = moment_of(text)
    if moment is None:
        return _("Give a day and a time, for example 3-12-2026 14:30.")
    if moment > now:
        return _("This moment lies in the future. Record it when it was done.")
    if not earlier and moment < _received(case):
        return _("This moment lies before the report.")
    return ""


def _received(case: Case) -> datetime:
    """When the report came in, to the minute that people fill in; of an anonymous one the first day that it can be."""
    received = case.report.received_at
    return received.replace(second=0, microsecond=0) if received else beginning_of(case.started_on)


def moment_of(text: str) -> datetime | None:
    """A moment of a record or message, in Dutch time where it names no zone; None for what is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not FIRST_YEAR < moment.year < LAST_YEAR:  # at the ends of time nothing can be counted with
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def record_named(case: Case, form: str, number: str) -> CaseRecord | None:
    """The record of a form that runs, by the number of its decision; None where there is none."""
    of_form = case.records.running().filter(form=form, number=1)
    return of_form.filter(decision__sequence=number_in(number) or 0).first()


def records_to_name(case: Case, form: str) -> list[tuple[str, str]]:
    """(number, words) of the records of a form that run, without anything that is written in them."""
    found = []
    for row in case.records.running().filter(form=form, number=1).select_related("decision"):
        words = {"number": row.decision.sequence, "day": date_format(timezone.localtime(row.decision.made_at), "j F Y")}
        found.append(
            (
                str(row.decision.sequence),
                _("%(what)s: decision %(number)d of %(day)s") % {"what": record_forms()[form].label, **words},
            )
        )
    return found


def until_of(form: str, row: Row) -> date | None:
    """The last day of a record, where its form asks one."""
    name = record_forms()[form].until
    return day_of(row.get(name, "")) if name else None


def judge_until(case: Case, form: str, until: date) -> None:
    """Raises Refused for another last day of a record that its form does not take."""
    known = record_forms()[form]
    if wrong := wrong_answer(case, known.fields[known.until], until.isoformat(), timezone.now()):
        raise Refused(wrong, "until")


def review_of(form: str, row: Row) -> date | None:
    """The day on which somebody looks at a record again, where its form asks one."""
    name = record_forms()[form].review
    return day_of(row.get(name, "")) if name else None


def row_in_words(form: str, row: Row) -> list[tuple[str, str]]:
    """A record as people read it, [(question, answer)]."""
    known = record_forms().get(form)
    return fields_in_words(known.fields if known else {}, row)


def fields_in_words(fields: Mapping[str, RecordField], row: Row) -> list[tuple[str, str]]:
    """Answers as people read them, [(question, answer)]. What an earlier version asked stands last, under its code."""
    known = [(str(asked.label), answer_in_words(asked, row[name])) for name, asked in fields.items() if row.get(name)]
    return [*known, *((name, answer) for name, answer in row.items() if name not in fields)]


def answer_in_words(asked: RecordField, answer: str) -> str:
    """One answer as people read it."""
    if asked.type == FieldType.CHOICE:
        return str(asked.choices.get(answer, answer))
    if asked.type == FieldType.COLLEAGUES:
        return colleagues_in_words(asked, answer)
    if asked.type == FieldType.AMOUNT:
        amount = amount_of(answer)
        return answer if amount is None else in_euros(amount)
    if asked.type == FieldType.RECORD:
        return _("Decision %(number)s") % {"number": answer}
    return moment_in_words(answer) if asked.type in {FieldType.DAY, FieldType.MOMENT} else answer


def moment_in_words(text: str) -> str:
    """A day or moment in ISO form as people read it; any other text as it is."""
    moment = moment_of(text)
    if moment is None:
        return text
    return date_format(timezone.localtime(moment), "j F Y, H.i" if _has_time(text) else "j F Y")


def day_of(text: str) -> date | None:
    """The day of a day or moment in ISO form, in Dutch time; None for what is none."""
    moment = moment_of(text)
    return timezone.localdate(moment) if moment else None


def _has_time(text: str) -> bool:
    return len(text) > len("2026-12-31")
