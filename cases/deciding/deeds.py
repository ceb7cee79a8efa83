"""What shows that a decision was done: the message that was sent, the records, the papers. It is judged here, once, for the
page and for who agrees later, and it is kept with the decision."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.refusals import Refused
from cases.models import Case
from cases.protocol.deadline_kinds import end_of
from cases.protocol.definitions import DoneBy
from cases.protocol.forms import MOMENT_OF_DEED, FieldType, MessageForm, RecordField, message_forms, record_forms

MOST_EUROS = 1_000_000_000
MIN_WORDS = 10  # of a text that says something
FIRST_YEAR, LAST_YEAR = 1900, 9999
MAILBOX, CALL, MEETING = "mailbox", "call", "meeting"  # how the reporter was told
ELSEWHERE = "elsewhere"  # a document that was not made here
NEW = "new"  # somebody of the case who was not written down before
WAYS_OUT = {  # how a document goes out
    "letter": gettext_lazy("By post"),
    "registered": gettext_lazy("By registered post"),
    "hand": gettext_lazy("By hand"),
    "secure_mail": gettext_lazy("By secure e-mail"),
}
Row = Mapping[str, str]  # {field of a record form: answer}; a day or moment in ISO form, a choice as its code


@dataclass(frozen=True)
class Told:
    """A text for the reporter's mailbox. `reason` is a code of the form of messages.yaml. Where the reporter was told by
    voice, `way`, `at` (ISO) and `whom` say how; the text is then the summary."""

    text: str = ""
    reason: str = ""
    way: str = MAILBOX
    at: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Sent:
    """A document that went out: the number of one of the case or :data:`ELSEWHERE`, the day (ISO) and how, a code of
    :data:`WAYS_OUT`. `where` says what a document that was made elsewhere is and where it is kept."""

    document: str = ""
    on: str = ""
    way: str = ""
    where: str = ""


@dataclass(frozen=True)
class Deed:
    """Everything that a decision keeps beside its reason. What the rule does not ask stays empty. `party` is the id of a
    person of the case, and `person` who that is in words; before they are written down `party` is :data:`NEW`, `person` the
    name and `part` a code of parts.yaml."""

    told: Told = Told()
    rows: tuple[Row, ...] = ()
    sent: Sent = Sent()
    file: str = ""
    person: str = ""
    party: str = ""
    part: str = ""

    def as_data(self) -> dict[str, Any]:
        """What is sealed of it, without what is empty and without the rows, which have rows of their own."""
        data = asdict(self) | {"rows": None, "part": None}
        if not self.told.text:
            data["told"] = None
        if not self.sent.document:
            data["sent"] = None
        return {name: value for name, value in data.items() if value}

    @classmethod
    def of_data(cls, data: Mapping[str, Any], rows: tuple[Row, ...] = ()) -> "Deed":
        return cls(
            Told(**data.get("told", {})),
            rows,
            Sent(**data.get("sent", {})),
            data.get("file", ""),
            data.get("person", ""),
            data.get("party", ""),
        )


NO_DEED = Deed()


@dataclass(frozen=True)
class JudgedDeed:
    """A deed that holds. `at` dates it; `text` is what the reporter gets, whole."""

    deed: Deed = field(default_factory=Deed)
    at: datetime | None = None  # None: with the decision itself
    text: str = ""

    @property
    def words(self) -> str:
        """Every word that somebody wrote, for recusal."""
        deed = self.deed
        said = [self.text, deed.told.whom, deed.sent.where, deed.file, deed.person]
        return "\n".join([*said, *(answer for row in deed.rows for answer in row.values())])


def judge(case: Case, rule: DoneBy, deed: Deed, now: datetime) -> JudgedDeed:
    """The deed, where it is all that the rule asks. Raises Refused at the field that is wrong."""
    moments: list[datetime] = []
    text = ""
    if rule.message:
        if rule.other_person and deed.told.way != MAILBOX:
            raise Refused(
                _("Two people decide this, so the reporter hears it when the second one agreed: in the mailbox."),
                "message_way",
            )
        text = _judge_message(case, message_forms()[rule.message], deed.told, now, moments)
    if rule.document:
        _judge_document(case, rule.document, deed.sent, now, moments)
    rows = tuple(judged_rows(case, rule.record, deed.rows, now)) if rule.record else ()
    dated = [moment for row in rows if (moment := moment_of(row.get(MOMENT_OF_DEED, "")))]
    if rule.file is not None and len(deed.file.strip()) < MIN_WORDS:
        raise Refused(_("Say which paper it is, of which day, and where it is kept."), "file")
    kept = Deed(
        deed.told if rule.message else Told(),
        rows,
        deed.sent if rule.document else Sent(),
        deed.file.strip() if rule.file is not None else "",
        deed.person.strip() if rule.person is not None else "",
        deed.party if rule.person is not None else "",
    )
    # What was done outside dates the deed; a text in the mailbox is sent by the decision itself.
    return JudgedDeed(kept, max(dated or moments, default=None), text)


def _judge_message(case: Case, form: MessageForm, told: Told, now: datetime, moments: list[datetime]) -> str:
    if form.reasons and told.reason not in form.reasons:
        raise Refused(_("Choose the reason that the reporter reads."), "message_reason")
    own = told.text.strip()
    if len(own) < MIN_WORDS or not any(letter.isalnum() for letter in own):
        raise Refused(_("Write what the reporter reads."), "message")
    if "[" in own or "]" in own:
        raise Refused(_("Replace what stands between [brackets] with your own words."), "message")
    if told.way not in {MAILBOX, CALL, MEETING}:
        raise Refused(_("Choose how the reporter was told."), "message_way")
    if told.way != MAILBOX:
        if len(told.whom.strip()) < 2:
            raise Refused(_("Say whom you spoke to."), "message_whom")
        moments.append(_past(case, told.at, now, "message_at"))
    return whole_text(form, told)


def whole_text(form: MessageForm, told: Told) -> str:
    """What the reporter reads: the chosen reason, the officer's words, and how to object."""
    spoken = ""
    if told.way != MAILBOX:
        spoken = _("We spoke about this on %(moment)s. In short:") % {"moment": _in_words(told.at)}
    reason = str(form.reasons[told.reason]) if form.reasons else ""
    return "\n\n".join(filter(None, [spoken, reason, told.text.strip(), str(form.remedy or "")]))


def _judge_document(case: Case, kinds: list[str], sent: Sent, now: datetime, moments: list[datetime]) -> None:
    first = case.started_on
    if sent.document == ELSEWHERE:
        if len(sent.where.strip()) < MIN_WORDS:
            raise Refused(_("Say which letter it is and where it is kept."), "document_where")
    elif (document := _documents(case, kinds).filter(number=_number(sent.document)).first()) is None:
        raise Refused(_("Choose the document that went out, or say that it was made elsewhere."), "document")
    else:
        first = timezone.localdate(document.made_at)
    if sent.way not in WAYS_OUT:
        raise Refused(_("Say how it went out."), "document_way")
    day = parse_date(sent.on) if sent.on else None
    if day is None or not first <= day <= timezone.localdate(now):
        raise Refused(
            _("Give the day on which it went out: not before it was made, and not in the future."), "document_on"
        )
    moments.append(min(end_of(day), now))


def documents_for(case: Case, kinds: list[str]) -> list[tuple[int, date]]:
    """(number, day) of the documents of the case that can show it, the newest first."""
    rows = _documents(case, kinds).order_by("-number").values_list("number", "made_at")
    return [(number, timezone.localdate(made_at)) for number, made_at in rows]


def _documents(case: Case, kinds: list[str]):
    return case.documents.filter(kind__in=kinds, withdrawn_at=None)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def judged_rows(case: Case, name: str, rows: tuple[Row, ...], now: datetime) -> Iterator[Row]:
    """The rows of a record, without what was left empty. Raises Refused."""
    form = record_forms()[name]
    filled = [row for row in rows if any(answer.strip() for answer in row.values())]
    if not filled or len(filled) > form.rows:
        raise Refused(_("Fill in what was done."), field_name(1, next(iter(form.fields))))
    for number, row in enumerate(filled, 1):
        given = judged_row(case, form.fields, row, now, number)
        if form.later and not _is_later(case, name, given):
            raise Refused(
                _("This was on the same day as the last time, or before it. Record each contact by itself."),
                field_name(number, MOMENT_OF_DEED),
            )
        yield given


def _is_later(case: Case, form: str, row: Row) -> bool:
    """Whether what the row tells was on a later day than the last record of this form."""
    last = (
        case.records.filter(form=form)
        .order_by("-decision__done_at")
        .values_list("decision__done_at", flat=True)
        .first()
    )
    moment = moment_of(row[MOMENT_OF_DEED])
    return last is None or (moment is not None and timezone.localdate(moment) > timezone.localdate(last))


def judged_row(case: Case, fields: Mapping[str, RecordField], row: Row, now: datetime, number: int = 1) -> Row:
    """The answers to these fields, without what was left empty. Raises Refused at a field of row `number`."""
    given = {}
    for key, asked in fields.items():
        answer = row.get(key, "").strip()
        if answer:
            _judge_answer(case, asked, answer, now, field_name(number, key))
            given[key] = answer
        elif not asked.optional or _is_needed(asked, row):
            raise Refused(_missing(asked), field_name(number, key))
    return given


def field_name(number: int, key: str) -> str:
    """The name of a field of a record on the page: of row `number`, from 1."""
    return f"record-{number}-{key}"


def _is_needed(asked: RecordField, row: Row) -> bool:
    return any(row.get(other, "") in answers for other, answers in asked.needed_when.items())


def _missing(asked: RecordField) -> str:
    words = {
        FieldType.CHOICE: _("Choose an answer to “%(question)s”."),
        FieldType.DAY: _("Give a day at “%(question)s”."),
        FieldType.MOMENT: _("Give a day and a time at “%(question)s”."),
    }
    return words.get(asked.type, _("Fill in “%(question)s”.")) % {"question": asked.label}


def _judge_answer(case: Case, asked: RecordField, answer: str, now: datetime, name: str) -> None:
    match asked.type:
        case FieldType.CHOICE if answer not in asked.choices:
            raise Refused(_missing(asked), name)
        case FieldType.MOMENT:
            _past(case, answer, now, name)
        case FieldType.AMOUNT:
            if amount_of(answer) is None:
                raise Refused(_("Give an amount in euros, for example 250 or 99,50."), name)
        case FieldType.DAY:
            day, today = parse_date(answer), timezone.localdate(now)
            if day is None:
                raise Refused(_missing(asked), name)
            if asked.ahead and day < today:
                raise Refused(_("Give a day that has not passed."), name)
            if not asked.ahead and not day <= today:
                raise Refused(_("Give a day that is not in the future."), name)


def _past(case: Case, text: str, now: datetime, name: str) -> datetime:
    """A moment between the receipt and now. Raises Refused."""
    moment = moment_of(text)
    if moment is None:
        raise Refused(_("Give a day and a time, for example 3-12-2026 14:30."), name)
    if moment > now:
        raise Refused(_("This moment lies in the future. Record it when it was done."), name)
    if timezone.localdate(moment) < case.started_on:
        raise Refused(_("This moment lies before the report."), name)
    return moment


def amount_of(text: str) -> Decimal | None:
    """An amount in euros, from 0 and below a thousand million; None for what is none."""
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < MOST_EUROS else None


def moment_of(text: str) -> datetime | None:
    """A moment of a record or message, in Dutch time where it names no zone; None for what is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not FIRST_YEAR < moment.year < LAST_YEAR:  # at the ends of time nothing can be counted with
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def until_of(form: str, row: Row) -> date | None:
    """The last day of a record, where its form asks one."""
    name = record_forms()[form].until
    return parse_date(row.get(name, "")) if name else None


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
    if asked.type == FieldType.AMOUNT:
        return f"€ {answer}"
    return _in_words(answer) if asked.type in {FieldType.DAY, FieldType.MOMENT} else answer


def _in_words(text: str) -> str:
    moment, day = moment_of(text), parse_date(text) if len(text) == len("2026-12-31") else None
    if day:
        return date_format(day, "j F Y")
    return date_format(timezone.localtime(moment), "j F Y, H.i") if moment else text


def deed_in_words(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was kept of a deed (:meth:`Deed.as_data`), as people read it, [(what, words)]."""
    shown = []
    if told := data.get("told"):
        ways = {MAILBOX: _("In the mailbox"), CALL: _("By telephone"), MEETING: _("In a conversation")}
        how = ways.get(told["way"], told["way"])
        if told["way"] != MAILBOX:
            how = _("%(how)s, %(moment)s, with %(whom)s") % {
                "how": how,
                "moment": _in_words(told["at"]),
                "whom": told["whom"],
            }
        shown += [(_("The reporter was told"), how), (_("Text to the reporter"), told["text"])]
    if sent := data.get("sent"):
        what = (
            sent["where"] if sent["document"] == ELSEWHERE else _("Document %(number)s") % {"number": sent["document"]}
        )
        way = str(WAYS_OUT[sent["way"]]).lower() if sent["way"] in WAYS_OUT else sent["way"]
        shown.append((_("Went out"), f"{what}, {_in_words(sent['on'])}, {way}"))
    shown += [(words, data[name]) for name, words in (("file", _("Paper")), ("person", _("Person"))) if data.get(name)]
    return [(capfirst(what), words) for what, words in shown]
