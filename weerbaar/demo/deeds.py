"""Deeds of invented people: whatever a decision asks, filled in so that it holds. The demo and the tests take decisions with
it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from cases.deciding.deeds import ELSEWHERE, NEW_PERSON, Attached, Deed, Sent, TextToReporter, made_of_record
from cases.deciding.judging import situation, states_in
from cases.deciding.records.records import end_fields, end_record
from cases.deciding.records.rows import NO_STATES, Row, States, record_named, records_to_name
from cases.files.files import add_files, usable_files
from cases.files.taking import TakenFile
from cases.measures.letter import make_letter
from cases.models import Case, Party
from cases.parties.parties import PartyWords, add_party
from cases.protocol.definitions import Decision, DoneBy
from cases.protocol.kinds.file_kinds import file_kinds
from cases.protocol.kinds.forms import FieldType, RecordField, asked_in, message_forms, record_forms
from organisations.access.policy import Actor
from organisations.models import Assignment
from reporting.evidence.intake import EvidencePiece, store_piece

SOMEBODY = "De heer A. Voorbeeldman"
WORDS = "Besproken en vastgelegd, met wie het aangaat."


def a_deed(case: Case, rule: Decision, now: datetime) -> Deed:
    """A deed that shows that the decision was done just now."""
    asked = rule.done_by
    states = states_in(case, situation(case), rule)
    row = a_row(asked.record, now, states, asked.given, case) if asked.record else {}
    row = {name: answer for name, answer in row.items() if name in asked.asked(case.kind)}
    row |= {name: str(a_party(case, field.parts).id) for name, field in asked.asked(case.kind).items() if field.parts}
    return Deed(
        TextToReporter(_text(asked.message), next(iter(message_forms()[asked.message].reasons), ""))
        if asked.message
        else TextToReporter(),
        (row,) if row else (),
        _sent(case, asked, row, now) if asked.document else Sent(),
        Attached(str(a_file(case, asked.file_kinds, now))) if asked.file is not None else Attached(),
        *_person(case, asked.person.parts if asked.person else []),
    )


def _sent(case: Case, asked: DoneBy, row: Row, now: datetime) -> Sent:
    """A letter that went out: from elsewhere, or made of the record that the row names."""
    if not made_of_record(asked.document):
        return Sent(ELSEWHERE, _day(case, now), "letter", "Brief in het archief van de organisatie.")
    form = record_forms()[asked.record]
    record = record_named(case, form.fields[form.about].of, row[form.about])
    if record is None:
        raise ValueError("no record runs of which a letter can be made")
    typed = {
        "addressee": "De heer A. Voorbeeldman",
        "address": "",
        "signed_by": "A. Voorzitter",
        "signed_as": "Voorzitter",
    }
    letter = make_letter(case, record.id, typed, actor=_who_works(case), token=uuid4())
    made = timezone.localdate(letter.made_at)
    return Sent(str(letter.number), max(made, timezone.localdate(now)).isoformat(), "letter")


def _who_works(case: Case) -> Actor:
    works = Assignment.objects.holding().filter(case=case.id, relation__in=["case_officer", "handler"])
    held = works.select_related("person", "organisation").order_by("relation")[0]
    return Actor.at(held.person, held.organisation)


def _person(case: Case, wanted: list[str]) -> tuple[str, str, str]:
    """Name, id and part of the person whom a deed names: who was written down already, or somebody new."""
    if not wanted:
        return "", "", ""
    had = case.parties.filter(part__in=wanted, ended_at=None).first()
    return ("", str(had.id), "") if had else (SOMEBODY, NEW_PERSON, wanted[0])


def a_party(case: Case, wanted: list[str]) -> Party:
    """Somebody of the case in one of these parts, who is written down where there is nobody."""
    if had := case.parties.filter(part__in=wanted, ended_at=None).first():
        return had
    return add_party(case, wanted[0], PartyWords(SOMEBODY), actor=_who_works(case), token=uuid4())


def a_file(case: Case, kinds: list[str], now: datetime) -> int:
    """The number of a file of one of these kinds, which is added where the case has none."""
    today = min(timezone.localdate(now), timezone.localdate())
    if had := [row for row in usable_files(case, kinds) if row.received_on == today]:
        return had[0].number
    data = f"{WORDS} Zaak {case.number}.".encode()
    piece = EvidencePiece("Verslag.txt", "txt", store_piece(data))
    [row] = add_files(
        case,
        [TakenFile(piece, piece.file.sha256)],
        kind=kinds[0] if kinds else next(iter(file_kinds().kinds)),
        source="",
        received_on=today,
        actor=_who_works(case),
        token=uuid4(),
    )
    return row.number


def a_row(
    form: str, now: datetime, states: States = NO_STATES, given: Row = NO_STATES, case: Case | None = None
) -> Row:
    """One filled-in record of a form, true in these states of the case and with these answers. `case`: where a record of
    which one is named, and whose kind it is; without it the kind is aggression."""
    fields = asked_in(record_forms()[form], case.kind if case else "aggression")
    row = {name: _answer(field, now, states) for name, field in fields.items()} | dict(given)
    for name, field in fields.items():
        if field.of and case:
            row[name] = str(records_to_name(case, field.of)[-1][0])
        true = [choice for choice in field.choices if field.can_choose(choice, states)]
        goes = [one for one in true if all(row[o] in those for o, those in field.choose_with.get(one, {}).items())]
        if field.choose_with and goes:
            row[name] = goes[0]
    for field in fields.values():
        if (
            (rule := field.not_before) and rule.length and not rule.unless
        ):  # as long before as the rule asks, and a bit more
            row[rule.field] = _answer(fields[rule.field], now - 2 * rule.length * timedelta(days=1), states)
    return {
        name: answer
        for name, answer in row.items()
        if all(row[other] in answers for other, answers in fields[name].only_when.items())
    }


def end_what_runs(case: Case, forms: Collection[str], actor: Actor, now: datetime) -> None:
    """Let every record of these forms that still runs come to its first end."""
    for record in case.records.filter(form__in=forms, came_to=""):
        form = record_forms()[record.form]
        came_to = next(code for code in form.ends if code not in form.by_deed)
        answers = {name: _answer(field, now) for name, field in end_fields(record.form, came_to).items()}
        end_record(case, record.id, came_to, timezone.localdate(now), answers, actor=actor, now=now)


def _text(message: str) -> str:
    begins = str(message_forms()[message].begins or "")
    return WORDS if "[" in begins or "{" in begins or not begins else begins


def _answer(field: RecordField, now: datetime, states: States = NO_STATES) -> str:
    match field.type:
        case FieldType.CHOICE | FieldType.COLLEAGUES:
            true = [choice for choice in field.choices if field.can_choose(choice, states)]
            return next(iter([*true, *field.choices]))
        case FieldType.DAY:
            day = timezone.localdate(now)
            return (day + timedelta(days=min(30, field.within)) if field.ahead else day).isoformat()
        case FieldType.MOMENT:
            return timezone.localtime(now).isoformat()
        case FieldType.AMOUNT:
            return "250"
    return WORDS if field.type == FieldType.TEXT else "Ingevuld"


def _day(case: Case, now: datetime) -> str:
    return max(case.started_on, timezone.localdate(now)).isoformat()
