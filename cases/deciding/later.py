"""What answers or tells something comes after it: a paper, a talk or a call is not older than what it is about, nor than the moment
at which the case opened again, where it is asked anew since then."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from cases.deciding.deeds import MAILBOX, NEW_PERSON, Deed
from cases.deciding.judging import ends_case
from cases.deciding.records.faults import Faults
from cases.deciding.records.rows import day_of, field_name, moment_of
from cases.models import Case
from cases.parties.told import CLEARS, TELLS_OUTCOME
from cases.protocol.after_closing import after_closing, reopening
from cases.protocol.definitions import PREVIOUS
from cases.protocol.engine import Option
from cases.protocol.kinds.forms import MOMENT_OF_DEED, FieldType, record_forms
from organisations.desk.numbers import number_in


class _First(NamedTuple):
    """When the last was done of what a deed comes after, and when its case opened again, where the deed is asked anew since then."""

    last: datetime | None
    opened: datetime | None


def refuse_older(case: Case, option: Option, deed: Deed) -> None:
    """Raises Refused, each fault at its field, for a paper, a talk or a call of before what must have been done first: the acts that
    this one comes after, what brought its phase or its track to where it stands, the outcome that a letter tells, and the opening
    again of the case where it is asked anew since then."""
    faults = Faults()
    first = _what_comes_first(case, option, deed)
    faults.extend(_older_call(deed, first.last))
    if first.last:
        faults.extend(_older_paper(case, option, deed, min(timezone.localdate(first.last), timezone.localdate())))
    if first.opened:
        faults.extend(_of_first_life(option, deed, first.opened))
    faults.refuse()


def _older_call(deed: Deed, first: datetime | None) -> Iterator[tuple[str, str]]:
    """A call in which the reporter was told lies after what it is about, and after the deed that it tells of."""
    told = moment_of(deed.told.at) if deed.told.text and deed.told.way != MAILBOX else None
    if told is None:
        return
    done = [moment for row in deed.rows if (moment := moment_of(row.get(MOMENT_OF_DEED, "")))]
    went = parse_date(deed.sent.on) if deed.sent.on else None
    told_of = _to_the_minute(max([*done, *filter(None, [first])], default=told))
    if told < told_of or (went and timezone.localdate(told) < went):
        words = _("This lies before what it is about. Give the moment at which you spoke about it.")
        yield words, "message_at"


def _older_paper(case: Case, option: Option, deed: Deed, first: date) -> Iterator[tuple[str, str]]:
    """A file, and a letter that went out, are of the day of what they are about, or later; a letter that was made here was made then."""
    came = parse_date(deed.file.on) if deed.file.number else None
    if came and came < first:
        yield _("This file is older than what it must show. Choose or add the right one."), "file"
    if not deed.sent.document:
        return
    early = _("This lies before what the letter is about. Give the day on which it went out after that.")
    form = record_forms().get(option.decision.done_by.record)
    if form and form.sends:
        for number, row in enumerate(deed.rows, 1):
            went = day_of(row.get(MOMENT_OF_DEED, ""))
            if went and went < first:
                yield early, field_name(number, MOMENT_OF_DEED)
    elif (went := parse_date(deed.sent.on)) and went < first:
        yield early, "document_on"
    made = case.documents.filter(number=number_in(deed.sent.document) or 0).values_list("made_at", flat=True).first()
    if made and timezone.localdate(made) < first:
        yield _("This letter is older than what it must tell. Make a new one."), "document"


def _of_first_life(option: Option, deed: Deed, opened: datetime) -> Iterator[tuple[str, str]]:
    """The opening again is to what comes after it as the report is to a case: a day or a moment lies after it."""
    form = record_forms().get(option.decision.done_by.record)
    asked = form.fields if form else {}
    for number, row in enumerate(deed.rows, 1):
        for name, answer in row.items():
            field = asked.get(name)
            if field is None or field.ahead or field.earlier:
                continue
            moment, day = moment_of(answer), day_of(answer)
            early_moment = field.type == FieldType.MOMENT and moment and moment < _to_the_minute(opened)
            early_day = field.type == FieldType.DAY and day and day < timezone.localdate(opened)
            if early_moment or early_day:
                words = _("This lies before the case was opened again. Since then it is asked anew.")
                yield words, field_name(number, name)


def _what_comes_first(case: Case, option: Option, deed: Deed) -> _First:
    """The moments of what the deed comes after. One query."""
    rule, protocol = option.decision, case.protocol
    before = Q(code__in=rule.after) & _of_person(case, deed)
    row = case.tracks.filter(track=option.track).first() if option.track else None
    if row:
        before |= Q(track=option.track, following=row.state) & ~Q(phase=row.state)
    elif not option.anytime:
        every = [*protocol.every_decision(), *protocol.after_closing.items()]
        back = [code for code, other in every if other.to == PREVIOUS]
        before |= Q(track="", following=case.phase) & ~Q(phase=case.phase) & ~Q(code__in=back)
    if {TELLS_OUTCOME, CLEARS} & set(rule.done_by.document):
        before |= Q(code__in=[code for code, other in protocol.every_decision() if other.outcome])
    again = Q(code__in=reopening())
    found = case.decisions.aggregate(last=Max("done_at", filter=before), opened=Max("done_at", filter=again))
    opened = found["opened"] if _is_asked_anew(case, option) else None
    return _First(max(filter(None, [found["last"], opened]), default=None), opened)


def _of_person(case: Case, deed: Deed) -> Q:
    """What was done for the person whom a deed names, or for nobody by name: another one may have been told later."""
    if deed.party in {"", NEW_PERSON}:
        return Q()
    them = case.parties.filter(id=deed.party).first()
    return Q(party=None) | Q(party__in=them.all_of_them() if them else [])


def _is_asked_anew(case: Case, option: Option) -> bool:
    """Whether a case that opened again asks this anew: what after_closing.yaml names, what its phases ask, what ends it, what is
    decided in a track that began anew, and what answers a deadline that began then."""
    rules = [case.protocol.rule_of(code) for code in reopening()]
    begun = {deadline for rule in rules if rule for deadline in rule.starts}
    moved = {track for rule in rules if rule for track in rule.moves}
    return (
        not option.anytime
        or option.code in after_closing().asked_anew
        or option.track in moved
        or ends_case(case, option)
        or bool(begun & set(option.decision.meets))
    )


def _to_the_minute(moment: datetime) -> datetime:
    """As people fill it in."""
    return moment.replace(second=0, microsecond=0)
