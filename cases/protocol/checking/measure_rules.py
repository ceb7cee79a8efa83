"""The rules of the checker about measures against people from outside: what an ombudsman asks of each.

They look at the forms that a protocol asks as well as at its decisions. Source: docs/domain.md#measures-against-somebody-from-outside.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.protocol.checking.deed_rules import ANY_DAY
from cases.protocol.checking.findings import CheckedProtocol, ProtocolFinding, Rule
from cases.protocol.definitions import Decision
from cases.protocol.engine import labels
from cases.protocol.kinds.deadline_kinds import after, deadline_kinds
from cases.protocol.kinds.forms import FieldType, RecordField, RecordForm, record_forms
from cases.protocol.kinds.papers import paper_kinds

ASKED = {  # {part of `against`: rule}
    "facts": "measure_facts",
    "said": "measure_facts",
    "proportion": "measure_facts",
    "contact": "measure_services",
    "services": "measure_services",
    "way": "measure_services",
    "hearing": "measure_hearing",
    "end": "measure_end",
    "review": "measure_review",
    "ground": "measure_ground",
    "rights": "measure_ground",
}
WEEK = 7  # days within which somebody is heard when it could not wait


def _measures(seen: CheckedProtocol) -> Iterator[tuple[str, Decision, str, RecordForm]]:
    """(code, decision, name of the form, form) of each decision that records a measure against somebody."""
    for code, decision in seen.protocol.every_decision():
        form = record_forms().get(decision.done_by.record)
        if form is not None and form.against is not None:
            yield code, decision, decision.done_by.record, form


def _finding(rule: str, words: str, seen: CheckedProtocol, code: str) -> ProtocolFinding:
    return ProtocolFinding(rule, words % {"decision": labels(seen.protocol)[code]})


def _is_always_asked(form: RecordForm, name: str) -> bool:
    asked = form.fields.get(name)
    return asked is not None and not asked.optional and not asked.only_when


def _nothing_is_left_out(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Facts, explanation, hearing, proportion, end, review, services and the way to them, contact, ground."""
    for code, _decision, _name, form in _measures(seen):
        for part, rule in ASKED.items():
            if not _is_always_asked(form, getattr(form.against, part)):
                yield _finding(rule, _("“%(decision)s” can be recorded without what nobody may leave out of a measure."), seen, code)  # fmt: skip


def _it_ends_and_is_looked_at(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """The last day is a day ahead on which it ends, the review comes before it, and two people let it go on."""
    for code, _decision, name, form in _measures(seen):
        if form.against is None:
            continue
        end, review = form.fields.get(form.against.end), form.fields.get(form.against.review)
        if not (form.ends and form.fixed and end and end.ahead and form.until == form.against.end):
            yield _finding(
                "measure_end", _("“%(decision)s” can be recorded without a last day that ends it."), seen, code
            )
        before = end is not None and end.not_before is not None and end.not_before.field == form.against.review
        if not (review and review.ahead and form.review == form.against.review and before):
            yield _finding("measure_review", _("“%(decision)s” can be recorded without a day before its end on which somebody looks again."), seen, code)  # fmt: skip
        going_on = [one for one in seen.protocol.anytime.values() if _renews(one, name)]
        if not going_on or any(not (one.done_by.other_person and one.because) for one in going_on):
            yield _finding("measure_review", _("What “%(decision)s” records cannot be looked at again by two people."), seen, code)  # fmt: skip


def _renews(decision: Decision, form: str) -> bool:
    rule = record_forms().get(decision.done_by.record)
    return rule is not None and rule.renews and rule.fields[rule.about].of == form


def _the_person_is_heard(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Before it, or within a week where it could not wait; then it has its own deadline, which a hearing meets."""
    for code, decision, name, form in _measures(seen):
        own, hearing = form.own_deadline, form.against.hearing if form.against else ""
        if own is None or hearing not in own.when or hearing not in decision.done_by.given:
            yield _finding("measure_hearing", _("“%(decision)s” does not say whether the person was heard before it."), seen, code)  # fmt: skip
            continue
        if form.hears is None or hearing not in form.hears.attended or len(form.hears.attended) < 2:
            yield _finding("measure_hearing", _("“%(decision)s” does not say whether the person came, so that an invitation counts as a hearing."), seen, code)  # fmt: skip
        before = [answer for answer in form.fields[hearing].choices if answer not in own.when[hearing]]
        if not (_is_needed(form, hearing, before) and _is_needed(form, hearing, own.when[hearing])):
            yield _finding("measure_hearing", _("“%(decision)s” keeps no words of the hearing, or not why it could not wait."), seen, code)  # fmt: skip
        if decision.done_by.given[hearing] not in own.when[hearing]:
            continue
        length = seen.protocol.deadline_lengths.get(own.deadline, deadline_kinds()[own.deadline].length)
        is_short = after(ANY_DAY, length, deadline_kinds()[own.deadline].unit) <= after(ANY_DAY, WEEK, "days")
        meeting = [one for one in seen.protocol.anytime.values() if own.deadline in one.meets and _is_about(one, name)]
        if own.deadline not in decision.starts or not is_short or not any(one.repeat for one in meeting):
            yield _finding("measure_hearing", _("“%(decision)s” cannot wait, and nobody need hear the person within a week."), seen, code)  # fmt: skip
    for code, decision in seen.protocol.every_decision():
        rules = [form.own_deadline.deadline for form in record_forms().values() if form.own_deadline]
        if set(decision.meets) & set(rules) and not any(_is_about(decision, name) for name, form in record_forms().items() if form.against):  # fmt: skip
            yield _finding("measure_hearing", _("“%(decision)s” counts as a hearing, and nothing says of which measure."), seen, code)  # fmt: skip


def _is_needed(form: RecordForm, other: str, answers: list[str]) -> bool:
    """Whether a text must be filled in with each of these answers."""
    texts: list[RecordField] = [field for field in form.fields.values() if field.type == FieldType.TEXT]
    return all(any(answer in field.needed_when.get(other, ()) for field in texts) for answer in answers)


def _is_about(decision: Decision, form: str) -> bool:
    rule = record_forms().get(decision.done_by.record)
    return rule is not None and bool(rule.about) and rule.fields[rule.about].of == form


def _criticism_is_no_ground(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Each ground has its remedy, and who only used a right gets no measure."""
    for code, _decision, _name, form in _measures(seen):
        if form.against is None:
            continue
        ground, rights = form.fields.get(form.against.ground), form.fields.get(form.against.rights)
        if ground is None or not ground.choices or set(ground.tells) != set(ground.choices):
            yield _finding("measure_ground", _("“%(decision)s” has a ground of which nobody is told what they can do against it."), seen, code)  # fmt: skip
        if rights is None or not rights.refuses:
            yield _finding("measure_ground", _("“%(decision)s” can rest on criticism, a complaint, a request or an objection alone."), seen, code)  # fmt: skip


def _two_people_take_it_against_a_person(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, decision, _name, _form in _measures(seen):
        if not (decision.done_by.other_person and decision.because):
            yield _finding(
                "measure_alone", _("One person can take “%(decision)s” alone, or without a reason."), seen, code
            )
        if decision.done_by.person is None:
            yield _finding("measure_alone", _("“%(decision)s” does not say against whom it is."), seen, code)


def _the_person_is_told(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """By a letter that is made of the record; a letter of a ban shows no deed by itself."""
    kinds = {code for code, kind in paper_kinds().items() if kind.record}
    for code, _decision, name, _form in _measures(seen):
        letters = {kind for kind in kinds if paper_kinds()[kind].record == name}
        telling = [one for one in seen.protocol.anytime.values() if _is_about(one, name) and letters & set(one.done_by.document)]  # fmt: skip
        if not any(one.repeat for one in telling):
            yield _finding("measure_told", _("Nobody need be told of what “%(decision)s” records."), seen, code)
    for code, decision in seen.protocol.every_decision():
        form = record_forms().get(decision.done_by.record)
        if set(decision.done_by.document) & {"access_ban", *kinds} and not (form and form.about and set(decision.done_by.document) <= kinds):  # fmt: skip
            yield _finding("measure_told", _("“%(decision)s” sends a measure that was recorded nowhere."), seen, code)
        if "response_ban" in decision.outcome and not _comes_after_a_letter(seen, decision):
            yield _finding("measure_told", _("“%(decision)s” says that there is a measure, and none need have been taken."), seen, code)  # fmt: skip


def _comes_after_a_letter(seen: CheckedProtocol, decision: Decision) -> bool:
    every = dict(seen.protocol.every_decision())
    sent = any(paper_kinds()[kind].record for act in decision.after for kind in every[act].done_by.document)
    return sent and "measure_runs" in decision.needs


MEASURE_RULES: tuple[Rule, ...] = (
    _nothing_is_left_out, _it_ends_and_is_looked_at, _the_person_is_heard, _criticism_is_no_ground,
    _two_people_take_it_against_a_person, _the_person_is_told,
)  # fmt: skip
