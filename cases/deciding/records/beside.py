"""What was recorded already and belongs to what a decision asks: its page shows it, or begins with it."""

from collections.abc import Sequence

from cases.deciding.records.records import ShownRecord, records_of
from cases.deciding.records.rows import Row
from cases.models import Case
from cases.parties.parties import OpenedParty
from cases.parties.told import opened_again_by
from cases.protocol.definitions import Decision
from cases.protocol.engine import Situation, state_of
from cases.protocol.kinds.forms import record_forms
from organisations.access.policy import Actor


def recorded_beside(case: Case, actor: Actor, rule: Decision) -> list[ShownRecord]:
    """What was recorded already and belongs to what this decision asks, the oldest first. The caller has asked
    `may(actor, "case.decide", case)`."""
    form = record_forms().get(rule.done_by.record)
    if form is None or not (form.beside or form.offered or form.people):
        return []
    forms = {rule.done_by.record, *form.beside}
    if not case.records.filter(form__in=forms).exists():
        return []
    return [one for one in records_of(case, actor) if one.record.form in forms]


def offered_rows(
    case: Case, rule: Decision, beside: list[ShownRecord], people: Sequence[OpenedParty] = ()
) -> Sequence[Row]:
    """With what the record of a decision begins: the last one of the same fact, where there is one in a case since it opened (again);
    what was said in the last record with the same given answers; or else the people of the case whom it is about, a row for each."""
    form, given = record_forms().get(rule.done_by.record), rule.done_by.given
    if form is None:
        return []
    opened = opened_again_by(case) if case.reopened_on else 0
    now = [one for one in beside if one.record.decision.sequence > opened]
    same = [one.answers for one in now if one.record.form == rule.done_by.record]
    same = [row for row in same if all(row.get(key) == answer for key, answer in given.items())]
    if same and (form.offered or (form.begins and given)):
        kept = form.begins or form.fields
        return [{key: same[-1].get(key, "") for key in kept}]
    for key, parts in form.people.items():
        had = [one.record.party_id for one in beside if one.record.form == rule.done_by.record and one.record.party_id]
        named = had or [one.party.id for one in people if one.can_be(parts)]
        return [{key: str(party)} for party in dict.fromkeys(named)][: form.rows]
    return []


def states_beside(case: Case, rule: Decision, now_is: Situation) -> list[tuple[str, str]]:
    """The tracks that belong to what this decision asks, [(track, state)] in words."""
    form, protocol = record_forms().get(rule.done_by.record), case.protocol
    tracks = [name for name in form.states if name in protocol.tracks] if form else []
    return [
        (str(protocol.tracks[name].title), protocol.title_of(state_of(protocol, now_is, name), name)) for name in tracks
    ]
