"""What was recorded in a case: what still runs, what it came to, and what it adds up to (docs/domain.md#deeds)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.deadlines.reminders import promise_ends
from cases.deadlines.running import stop_own
from cases.deciding.judging import situation
from cases.deciding.records.amounts import amount_of, in_euros
from cases.deciding.records.faults import Faults
from cases.deciding.records.rows import (
    NO_STATES,
    Row,
    fields_in_words,
    judge_until,
    judged_row,
    review_of,
    row_in_words,
    until_of,
)
from cases.deciding.records.tracks import move_tracks_to
from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import Refused, reason_of
from cases.events import CaseEvent
from cases.models import BundleEntry, Case, CaseRecord, Party, RecordChange
from cases.parties.replying import CUT_OFF, NO_REPLY, came_to, drafts_for
from cases.people.hearing import hear
from cases.people.words.purposes import CHANGE, RECORD
from cases.protocol.engine import state_of
from cases.protocol.kinds.forms import TERM_PASSED, FieldType, RecordField, RecordForm, record_forms
from organisations.access.policy import Actor
from organisations.models import Person
from organisations.texts import Text
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.models import SealedText

WORDS = "words"  # what somebody adds to an end, and why something lasts longer or is handed on
WHOM = "whom"  # the name of who looks after something from now on
Sealed = Mapping[UUID, SealedText]


@dataclass(frozen=True)
class ShownRecord:
    """A record with its opened words. `rows` and `ending` as [(question, answer)]; `ends`, as [(code, words)], are those that
    somebody can say by hand."""

    record: CaseRecord
    label: str
    answers: Row
    given: Row  # what was asked when it ended
    rows: list[tuple[str, str]]
    ending: list[tuple[str, str]]
    ends: list[tuple[str, str]]

    @property
    def runs(self) -> bool:
        form = record_forms().get(self.record.form)
        return form is not None and bool(form.ends) and not self.record.came_to

    @property
    def can_last_longer(self) -> bool:
        """Whether one person can give it a later last day."""
        form = record_forms().get(self.record.form)
        return self.runs and self.record.until is not None and form is not None and not form.fixed

    @property
    def can_be_handed_on(self) -> bool:
        form = record_forms().get(self.record.form)
        return self.runs and form is not None and form.hands_on

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed and it still runs."""
        return self.runs and self.record.until is not None and self.record.until < timezone.localdate()


@dataclass(frozen=True)
class RecordGroup:
    """The records of one form, the oldest first. `totals`: [(what is added up, words)]."""

    label: str
    records: list[ShownRecord]
    totals: list[tuple[str, str]]


def records_of(case: Case, actor: Actor, sealed: Sealed | None = None) -> list[ShownRecord]:
    """Every record of the case, the oldest first. The caller has asked `may(actor, "case.file", case)`. `sealed` as in
    :func:`decisions_taken`."""
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, RECORD, CHANGE)
    key = file_key(case, actor)
    changes = changes_of_records(case, sealed)
    rows = case.records.select_related("decision__actor", "decision__case", "ended_by", "holder")
    return [shown_record(record, key, sealed, changes.get(record.id, [])) for record in rows]


def changes_of_records(case: Case, sealed: Sealed) -> dict[UUID, list[RecordChange]]:
    """What was done with the records of the case, {record id: changes}, the oldest first. Where `sealed` has no words of
    it, nothing is looked up."""
    changes: dict[UUID, list[RecordChange]] = {}
    if any(row.purpose == CHANGE for row in sealed.values()):
        for change in RecordChange.objects.filter(record__case=case).select_related("made_by"):
            changes.setdefault(change.record_id, []).append(change)
    return changes


def shown_record(record: CaseRecord, key: ContentKey, sealed: Sealed, changes: Sequence[RecordChange]) -> ShownRecord:
    """One record with what was done with it, opened."""
    form = record_forms().get(record.form)
    answers: dict[str, str] = json.loads(read_text(key, sealed[record.words]))
    if form and form.until and record.until:  # the last day as it stands now
        answers[form.until] = record.until.isoformat()
    if form and form.review and record.review_on:
        answers[form.review] = record.review_on.isoformat()
    ending: list[tuple[str, str]] = []
    given: Row = {}
    if form and record.came_to and all(change.what != RecordChange.What.ENDED for change in changes):
        ending = _end_in_words(record, form, {})  # by its person, or by the end of their term
    for change in changes:
        said: dict[str, str] = json.loads(read_text(key, sealed[change.words]))
        day = date_format(change.made_at, "j F Y")
        if change.what == RecordChange.What.ENDED:
            given = said
            ending += _end_in_words(record, form, said)
        elif change.what == RecordChange.What.HANDED_ON:
            words = _("to %(whom)s, on %(day)s, asked by %(who)s: %(why)s")
            handed = {"whom": said[WHOM], "day": day, "who": change.made_by.name, "why": said[WORDS]}
            ending.append((_("Handed on"), words % handed))
        elif change.until:
            until = date_format(change.until, "j F Y")
            words = _("to %(until)s, %(who)s, %(day)s: %(why)s")
            ending.append(
                (
                    _("Lasts longer"),
                    words % {"until": until, "who": change.made_by.name, "day": day, "why": said[WORDS]},
                )
            )
    ends = form.ends if form and not record.came_to else {}
    return ShownRecord(
        record,
        str(form.label) if form else record.form,
        answers,
        given,
        row_in_words(record.form, answers),
        ending,
        [(code, str(words)) for code, words in ends.items() if form and code not in form.by_deed],
    )


def _end_in_words(record: CaseRecord, form: RecordForm | None, given: Row) -> list[tuple[str, str]]:
    came_to = form.in_words(record.came_to) if form else record.came_to
    on = date_format(record.ended_on, "j F Y") if record.ended_on else ""
    who = record.ended_by.name if record.ended_by else _("on their papers page") if record.answer_id else ""
    said = ", ".join(filter(None, [came_to, on, who]))
    return [(_("Came to"), said), *fields_in_words(end_fields(record.form, record.came_to), given)]


def running(records: list[ShownRecord]) -> list[ShownRecord]:
    """What still runs: with a last day first, the earliest on top."""
    return sorted((one for one in records if one.runs), key=lambda one: (one.record.until is None, one.record.until))


def by_form(records: list[ShownRecord]) -> list[RecordGroup]:
    """The records grouped by form, in the order of records.yaml, with what they add up to."""
    order = list(record_forms())
    names = sorted({one.record.form for one in records}, key=lambda name: order.index(name) if name in order else 999)
    groups = [[one for one in records if one.record.form == name] for name in names]
    return [RecordGroup(group[0].label, group, _totals(group)) for group in groups]


def _totals(group: list[ShownRecord]) -> list[tuple[str, str]]:
    """What the amounts of a form add up to, for each answer to `total_per`; nothing where one of them cannot be read."""
    form = record_forms().get(group[0].record.form)
    if form is None or not form.total_per:
        return []
    at_end = {name: asked for asked_then in form.end_fields.values() for name, asked in asked_then.items()}
    totals = []
    for code, words in form.fields[form.total_per].choices.items():
        of_code = [one for one in group if one.answers.get(form.total_per) == code]
        for fields, rows in ((form.fields, [o.answers for o in of_code]), (at_end, [o.given for o in of_code])):
            for name, asked in fields.items():
                amounts = [amount_of(row[name]) for row in rows if asked.type == FieldType.AMOUNT and row.get(name)]
                if amounts and None not in amounts:
                    totals.append((f"{words}: {asked.label}", in_euros(sum(filter(None, amounts), Decimal()))))
    return totals


def end_fields(form: str, came_to: str) -> dict[str, RecordField]:
    """What is asked when a record of this form comes to that, with room for words."""
    known = record_forms().get(form)
    asked = dict(known.end_fields.get(came_to, {})) if known else {}
    words = RecordField(type=FieldType.TEXT, label=Text("Toelichting"), optional=True)
    return {**asked, WORDS: words}


@transaction.atomic
def end_record(
    case: Case,
    record: UUID,
    came_to: str,
    on: date | None,
    answers: Row,
    *,
    actor: Actor,
    about: str = "",
    now: datetime | None = None,
) -> None:
    """Say what a record came to and on which day. `answers`: to :func:`end_fields`. Also in a closed case: damage is paid
    after it. Raises Refused, NotAllowed and AskFirst; nothing has changed then."""
    case, key, row = running_record(case, record, actor)
    form = record_forms()[row.form]
    if came_to not in form.ends:
        raise Refused(_("Choose what it came to."))
    if came_to in form.by_deed:
        raise Refused(_("This ends by itself once it is done. Record on the page of the case what was done."))
    now = now or timezone.now()
    first = timezone.localdate(row.decision.done_at)
    faults = Faults()
    if on is None or not first <= on <= timezone.localdate(now):
        faults.add(_("Give the day on which it ended: not before it was recorded, and not in the future."), "on")
    elif came_to == form.runs_out and row.until and on < row.until:
        faults.add(
            _("It runs to %(day)s. Choose another end if it ends sooner.") % {"day": date_format(row.until, "j F Y")},
            "on",
        )
    if form.told_by and came_to == form.runs_out and not is_told(row, form):
        faults.add(
            _("The person does not know of it yet. Send the letter first, or say that it stopped earlier."), "on"
        )
    given = judged_row(case, end_fields(row.form, came_to), answers, now, NO_STATES, faults)
    faults.refuse()
    _end(row, came_to, on, actor.person)
    _keep(row, RecordChange.What.ENDED, given, key, actor.person)
    _move_on(case, row.form)
    stop_own(row, now)
    ledger.record(case.id, CaseEvent.RECORD_ENDED, actor=actor.person.id, form=row.form)
    hear(case, "\n".join(given.values()), about, actor=actor)


def is_told(row: CaseRecord, form: RecordForm) -> bool:
    """Whether the person whom a record is against was told of it, also after it was last prolonged."""
    told = CaseRecord.objects.filter(about=row, form=form.told_by).aggregate(at=Max("decision__made_at"))["at"]
    prolonged = row.changes.filter(what=RecordChange.What.EXTENDED).aggregate(at=Max("made_at"))["at"]
    return knows(told, prolonged)


def knows(told: datetime | None, prolonged: datetime | None) -> bool:
    """Whether a person knows of what is recorded against them: the last letter was recorded (`told`) after it was last
    prolonged, if it was."""
    return told is not None and (prolonged is None or told > prolonged)


def end_all(
    case: Case,
    forms: Mapping[str, str],
    party: Party | None,
    reason: str,
    key: ContentKey,
    person: Person,
    at: datetime,
) -> None:
    """End every record of these forms that runs, {form: what it comes to}, by a decision with its reason. Where it names
    somebody of the case (`party`), those about them."""
    rows = case.records.running().filter(form__in=forms)
    for row in rows.filter(party__in=party.all_of_them()) if party else rows:
        _end(row, forms[row.form], timezone.localdate(at), person)
        _keep(row, RecordChange.What.ENDED, {WORDS: reason}, key, person)


def renew(row: CaseRecord, given: Row, reason: str, key: ContentKey, person: Person) -> None:
    """Give a record the last day and the day of review of another one that renews it, with the reason."""
    row.until, row.review_on = until_of(row.form, given), review_of(row.form, given)
    row.save(update_fields=["until", "review_on"])
    _keep(row, RecordChange.What.EXTENDED, {WORDS: reason}, key, person)
    promise_ends([row])


def end_answered(case: Case, now: datetime) -> None:
    """End what waits for the reply of a person of the case, once they replied to every draft for them or said themselves that
    they do not want to, or their term passed; on that day. Part of the caller's transaction, which locks the case."""
    waiting = {name: form for name, form in record_forms().items() if form.answered}
    rows = case.records.running().filter(form__in=waiting).exclude(party=None)
    for row in rows.select_related("decision", "party"):
        form, today = waiting[row.form], timezone.localdate(now)
        if came_to := _by_its_person(row, form, today):
            _end(row, *came_to)
            ledger.record(case.id, CaseEvent.RECORD_ENDED, on=row.ended_on, form=row.form)
            _move_on(case, row.form)


def _by_its_person(row: CaseRecord, form: RecordForm, today: date) -> tuple[str, date, None, BundleEntry | None] | None:
    """What a record came to by its person, as for :func:`_end`; None as long as that is not known of every draft. Who acts for
    somebody replies for them, but only the person themselves says that they do not want to."""
    if row.party is None:
        return None
    drafts, own = drafts_for(row.party, timezone.localdate(row.decision.done_at)), set(row.party.all_of_them())
    done = [(draft, came_to(draft, today)) for draft in drafts]
    if not done or any(kind in {"", CUT_OFF} for _draft, kind in done):
        return None
    if any(kind == NO_REPLY and draft.bundle.party_id not in own for draft, kind in done):
        return None
    answers = [draft.answered_by for draft, kind in done if kind != TERM_PASSED]
    if not answers:
        last = max(draft.reply_until for draft in drafts if draft.reply_until)
        return (TERM_PASSED, last + timedelta(days=1), None, None) if form.term_passed else None
    best = min(answers, key=lambda answer: list(form.answered).index(answer.kind))
    return form.answered[best.kind], best.on, None, best


def _end(
    row: CaseRecord, came_to: str, on: date | None, person: Person | None, answer: BundleEntry | None = None
) -> None:
    """The one way in which a record ends. `person`: who says so; None for an `answer` of its own person, or a term."""
    row.came_to, row.ended_on, row.ended_by, row.answer = came_to, on, person, answer
    row.save(update_fields=["came_to", "ended_on", "ended_by", "answer"])


def _move_on(case: Case, form: str) -> None:
    """The last record of a form ended by itself: the track that lasted as long moves on, as by its decision."""
    if case.records.running().filter(form=form).exists():
        return
    now_is = situation(case)
    moved = {
        name: decision.to
        for name, track in case.protocol.tracks.items()
        for state in [track.states[state_of(case.protocol, now_is, name)]]
        if not state.at_once  # what was decided against somebody is told first, or two people say why not
        for decision in state.decisions.values()
        if form in decision.ends and decision.to
    }
    move_tracks_to(case, moved)


@transaction.atomic
def extend_record(case: Case, record: UUID, until: date | None, reason: str, *, actor: Actor, about: str = "") -> None:
    """Give a record that runs a later last day, with the reason. Raises as :func:`end_record`."""
    case, key, row = running_record(case, record, actor)
    if row.until is None:
        raise Refused(_("This has no last day."))
    if record_forms()[row.form].fixed:
        raise Refused(_("Two people decided this last day. Decide anew to give another one."), "until")
    if until is None or until <= row.until or until < timezone.localdate():
        raise Refused(_("Give a day after the last day as it stands, and not in the past."), "until")
    judge_until(case, row.form, until)
    row.until = until
    row.save(update_fields=["until"])
    _keep(row, RecordChange.What.EXTENDED, {WORDS: reason_of(reason)}, key, actor.person)
    promise_ends([row])
    ledger.record(case.id, CaseEvent.RECORD_EXTENDED, actor=actor.person.id, form=row.form)
    hear(case, reason, about, actor=actor)


def running_record(case: Case, record: UUID, actor: Actor) -> tuple[Case, ContentKey, CaseRecord]:
    """The locked case, its key and a record that still runs. Raises NotAllowed and :class:`Refused`."""
    case, key = opened_file(case, actor, "case.decide")
    row = case.records.running().select_related("decision").filter(id=record).first()
    form = record_forms().get(row.form) if row else None
    if row is None or form is None or not form.ends:
        raise Refused(_("This has ended already. Look at the list again."))
    return case, key, row


def _keep(row: CaseRecord, what: RecordChange.What, words: Row, key: ContentKey, person: Person) -> None:
    RecordChange.objects.create(
        record=row,
        what=what,
        until=row.until if what == RecordChange.What.EXTENDED else None,
        made_by=person,
        words=write_text(key, CHANGE, json.dumps(dict(words))).id,
    )
