"""What shows that a decision was done: the message that was sent, the records, the papers. It is judged here, once, for the
page and for who agrees later, and it is kept with the decision."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deciding.records.faults import Faults
from cases.deciding.records.rows import (
    Row,
    States,
    field_name,
    judged_rows,
    moment_in_words,
    moment_of,
    past,
    record_named,
    until_of,
)
from cases.files.files import usable_files
from cases.models import Case, CaseRecord, RecordChange
from cases.parties.parties import MIN_NAME
from cases.protocol.checking.sanctions import names_sanction, sanction_question
from cases.protocol.definitions import DoneBy, PersonAsked
from cases.protocol.kinds.deadline_kinds import end_of
from cases.protocol.kinds.file_kinds import file_kinds
from cases.protocol.kinds.forms import MOMENT_OF_DEED, MessageForm, message_forms, record_forms
from cases.protocol.kinds.papers import paper_kinds
from organisations.desk.numbers import number_in

MIN_WORDS = 10  # of a text that says something
MAILBOX, CALL, MEETING = "mailbox", "call", "meeting"  # how the reporter was told
ELSEWHERE = "elsewhere"  # a document that was not made here
NEW_PERSON = "new"  # somebody of the case who was not written down before
WAYS_OUT = {  # how a document goes out
    "letter": gettext_lazy("By post"),
    "registered": gettext_lazy("By registered post"),
    "hand": gettext_lazy("By hand"),
    "secure_mail": gettext_lazy("By secure e-mail"),
}
PAGE = {
    "page": gettext_lazy("On the papers page of this person")
}  # only with a record that knows whether a draft stands there
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class TextToReporter:
    """A text for the reporter's mailbox. `reason` is a code of the form of messages.yaml. Where the reporter was told by
    voice, `way`, `at` (ISO) and `whom` say how; the text is then the summary. `no_sanction`: the writer said that words which
    may name a sanction name none (cases/protocol/checking/sanctions.py)."""

    text: str = ""
    reason: str = ""
    way: str = MAILBOX
    at: str = ""
    whom: str = ""
    no_sanction: bool = False


@dataclass(frozen=True)
class Sent:
    """A document that went out: the number of one of the case or :data:`ELSEWHERE`, the day (ISO) and how, a code of
    :data:`WAYS_OUT`. `where` says what a document that was made elsewhere is and where it is kept."""

    document: str = ""
    on: str = ""
    way: str = ""
    where: str = ""


@dataclass(frozen=True)
class Attached:
    """The file of the case that shows a deed: its number, and of what is judged its kind and its day of receipt (ISO)."""

    number: str = ""
    kind: str = ""
    on: str = ""


@dataclass(frozen=True)
class Deed:
    """Everything that a decision keeps beside its reason. What the rule does not ask stays empty. `party` is the id of a
    person of the case, and `person` who that is in words; before they are written down `party` is :data:`NEW_PERSON`, `person` the
    name and `part` a code of parts.yaml."""

    told: TextToReporter = TextToReporter()
    rows: tuple[Row, ...] = ()
    sent: Sent = Sent()
    file: Attached = Attached()
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
        if not self.file.number:
            data["file"] = None
        return {name: value for name, value in data.items() if value}

    def persons(self, form: str) -> set[str]:
        """The ids of the people whom the deed, or a record of this form, names."""
        person = record_forms()[form].person if form else ""
        return {self.party, *(row.get(person or "", "") for row in self.rows)} - {""}

    @classmethod
    def of_data(cls, data: Mapping[str, Any], rows: tuple[Row, ...] = ()) -> "Deed":
        return cls(
            TextToReporter(**data.get("told", {})),
            rows,
            Sent(**data.get("sent", {})),
            Attached(**data.get("file", {})),
            data.get("person", ""),
            data.get("party", ""),
        )


NO_DEED = Deed()


def own_words(text: str, offered: str) -> str:
    """A text without the sentences that were offered and stand in it unchanged. A sentence in which one letter differs is
    the writer's, with all its words."""
    given = {sentence.strip() for sentence in _SENTENCE.split(offered)}
    return " ".join(sentence for sentence in _SENTENCE.split(text) if sentence.strip() not in given)


@dataclass(frozen=True)
class JudgedDeed:
    """A deed that holds. `at` dates it; `text` is what the reporter gets, whole: with the words that the product adds."""

    deed: Deed = field(default_factory=Deed)
    at: datetime | None = None  # None: with the decision itself
    text: str = ""

    def words(self, offered: str = "") -> str:
        """Every word that somebody wrote, for recusal. `offered`: with what the text to the reporter began."""
        deed = self.deed
        said = [own_words(deed.told.text, offered), deed.told.whom, deed.sent.where, deed.person]
        return "\n".join([*said, *(answer for row in deed.rows for answer in row.values())])


def judge(case: Case, rule: DoneBy, deed: Deed, now: datetime, states: States) -> JudgedDeed:
    """The deed, where it is all that the rule asks. `states` are those of the case (:func:`states_of_case`). Raises
    Refused with every fault, each at its field."""
    faults = Faults()
    judged = _judged(case, rule, deed, now, states, faults)
    faults.refuse()
    return judged


def faults_of(case: Case, rule: DoneBy, deed: Deed, now: datetime, states: States) -> list[tuple[str, str]]:
    """What is wrong with a deed, as (words, field)."""
    faults = Faults()
    _judged(case, rule, deed, now, states, faults)
    return faults.found


def _judged(case: Case, rule: DoneBy, deed: Deed, now: datetime, states: States, faults: Faults) -> JudgedDeed:
    moments: list[datetime] = []
    text = ""
    rows = judged_rows(case, rule, deed.rows, now, states, faults) if rule.record else ()
    rows = tuple({**row, **dict.fromkeys(rule.given_by_person, deed.person.strip())} for row in rows)
    faults.extend(_goes_not_with_named(case, rule.record, rows))
    if rule.document:
        _judge_document(case, rule, deed.sent, rows, now, moments, faults)
    if rule.person is not None:
        _judge_person(rule.person, deed, faults)
    file = _judged_file(case, rule, deed.file.number, faults) if rule.file is not None else Attached()
    if rule.message:
        if rule.other_person and deed.told.way != MAILBOX:
            words = _("Two people decide this, so the reporter hears it when the second one agreed: in the mailbox.")
            faults.add(words, "message_way")
        text = _judge_message(case, message_forms()[rule.message], deed.told, now, moments, faults)
    dated = [moment for row in rows if (moment := moment_of(row.get(MOMENT_OF_DEED, "")))]
    kept = Deed(
        deed.told if rule.message else TextToReporter(),
        rows,
        deed.sent if rule.document else Sent(),
        file,
        deed.person.strip() if rule.person is not None else "",
        deed.party if rule.person is not None else "",
        deed.part if rule.person is not None else "",
    )
    # What was done outside dates the deed; a text in the mailbox is sent by the decision itself.
    return JudgedDeed(kept, max(dated or moments, default=None), text)


def _goes_not_with_named(case: Case, record: str, rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    """Why a row does not go with the record that it names: what it tells was before that one, to the minute,
    or what goes on would end sooner. Shorter is an end or another record, of which people are told."""
    form = record_forms().get(record)
    if form is None or not form.about:
        return
    for number, row in enumerate(rows, 1):
        named = record_named(case, form.fields[form.about].of, row.get(form.about, ""))
        moment = moment_of(row.get(MOMENT_OF_DEED, ""))
        if named and moment and moment < named.decision.done_at.replace(second=0, microsecond=0):
            words = _("This lies before what it is about: that was recorded on %(moment)s.")
            said = moment_in_words(timezone.localtime(named.decision.done_at).isoformat())
            yield words % {"moment": said}, field_name(number, MOMENT_OF_DEED)
        last = until_of(named.form, row) if named and form.renews else None
        if named and last and named.until and last < named.until:
            words = _("It runs to %(day)s, and going on makes nothing shorter. End it, or record another one instead.")
            yield (
                words % {"day": date_format(named.until, "j F Y")},
                field_name(number, record_forms()[named.form].until),
            )


def _judge_message(
    case: Case, form: MessageForm, told: TextToReporter, now: datetime, moments: list[datetime], faults: Faults
) -> str:
    if form.reasons and told.reason not in form.reasons:
        faults.add(_("Choose the reason that the reporter reads."), "message_reason")
    own = told.text.strip()
    if len(own) < MIN_WORDS or not any(letter.isalnum() for letter in own):
        faults.add(_("Write what the reporter reads."), "message")
    elif "[" in own or "]" in own:
        faults.add(_("Replace what stands between [brackets] with your own words."), "message")
    if not told.no_sanction and (word := names_sanction(own)):
        faults.add(sanction_question(word), "message_no_sanction")
    if told.way not in {MAILBOX, CALL, MEETING}:
        faults.add(_("Choose how the reporter was told."), "message_way")
    elif told.way != MAILBOX:
        if len(told.whom.strip()) < 2:
            faults.add(_("Say whom you spoke to."), "message_whom")
        if (moment := past(case, told.at, now, "message_at", faults)) is not None:
            moments.append(moment)
    return "" if faults.found else whole_text(form, told)


def whole_text(form: MessageForm, told: TextToReporter) -> str:
    """What the reporter reads: the chosen reason, the officer's words, and how to object."""
    spoken = ""
    if told.way != MAILBOX:
        spoken = _("We spoke about this on %(moment)s. In short:") % {"moment": moment_in_words(told.at)}
    reason = str(form.reasons[told.reason]) if form.reasons else ""
    return "\n\n".join(filter(None, [spoken, reason, told.text.strip(), str(form.remedy or "")]))


def _judge_person(asked: PersonAsked, deed: Deed, faults: Faults) -> None:
    if not deed.party:
        faults.add(_("Say who it was."), "person")
    elif deed.party == NEW_PERSON:
        if len(deed.person.strip()) < MIN_NAME:
            faults.add(_("Write the name, or how this person is called in the case."), "person_name")
        if deed.part not in asked.parts:
            faults.add(_("Choose in which part this person belongs to the case."), "person_part")


def _knows_pages(rule: DoneBy) -> bool:
    """Whether the record of a deed says on which papers page a document stands, and is judged by that."""
    form = record_forms().get(rule.record)
    field = form.fields.get(form.sends.get("document_way", "")) if form else None
    return field is not None and bool(field.on_page)


def _judge_document(
    case: Case,
    rule: DoneBy,
    sent: Sent,
    rows: tuple[Row, ...],
    now: datetime,
    moments: list[datetime],
    faults: Faults,
) -> None:
    first, kinds = case.started_on, rule.document
    if made_of_record(kinds):
        faults.extend(_wrong_letter(case, rule, sent, rows))
    if sent.document == ELSEWHERE and not made_of_record(kinds):
        if len(sent.where.strip()) < MIN_WORDS:
            faults.add(_("Say which letter it is and where it is kept."), "document_where")
    elif (document := _documents(case, kinds).filter(number=number_in(sent.document) or 0).first()) is None:
        faults.add(_("Choose the document that went out, or say that it was made elsewhere."), "document")
    else:
        first = timezone.localdate(document.made_at)
    if sent.way not in (WAYS_OUT | PAGE if _knows_pages(rule) else WAYS_OUT):
        faults.add(_("Say how it went out."), "document_way")
    day = parse_date(sent.on) if sent.on else None
    if day is None or not first <= day <= timezone.localdate(now):
        words = _("Give the day on which it went out: not before it was made, and not in the future.")
        faults.add(words, "document_on")
    else:
        moments.append(min(end_of(day), now))


def _judged_file(case: Case, rule: DoneBy, number: str, faults: Faults) -> Attached:
    """The file of the case with this number, where it is of the kind that is asked and was not struck out."""
    row = next((row for row in usable_files(case, rule.file_kinds) if str(row.number) == number), None)
    if row is None:
        faults.add(_("Choose the file, or add it here."), "file")
        return Attached()
    return Attached(number, row.kind, row.received_on.isoformat())


def made_of_record(kinds: list[str]) -> bool:
    """Whether the papers are made of a record, so that none of these can come from elsewhere."""
    return all(paper_kinds()[kind].record for kind in kinds)


def _wrong_letter(case: Case, rule: DoneBy, sent: Sent, rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    """Why a letter is not that of the record that was named, or is older than what it must say."""
    letter = _documents(case, rule.document).filter(number=number_in(sent.document) or 0).first()
    form = record_forms()[rule.record]
    record = record_named(case, form.fields[form.about].of, rows[0].get(form.about, "")) if rows else None
    if letter is None or record is None:
        return
    renewed = record.changes.filter(what=RecordChange.What.EXTENDED).order_by("-made_at").first()
    if letter.record_id != record.id:
        yield _("This letter is about another measure. Choose the letter that was made of this one."), "document"
    elif renewed and letter.made_at < renewed.made_at:
        yield _("The measure was prolonged after this letter. Make a new letter first."), "document"
    elif _heard_since(record, letter.made_at):
        yield _("This person was heard after this letter. Make a new letter first: it says what was said."), "document"


def hearing_forms() -> list[str]:
    """The forms by which somebody is heard about another record."""
    return [name for name, form in record_forms().items() if form.hears and form.about]


def lacks_hearing(letter_at: datetime, hearing_at: datetime | None) -> bool:
    """Whether a letter of that moment says nothing of what the person said: the last hearing was recorded after it."""
    return hearing_at is not None and hearing_at > letter_at


def _heard_since(record: CaseRecord, made_at: datetime) -> bool:
    rows = CaseRecord.objects.filter(about=record, form__in=hearing_forms())
    return lacks_hearing(made_at, rows.aggregate(last=Max("decision__made_at"))["last"])


def documents_for(case: Case, kinds: list[str]) -> list[tuple[int, str, date]]:
    """(number, what it is, day) of the documents of the case that can show it, the newest first."""
    rows = _documents(case, kinds).order_by("-number").values_list("number", "kind", "made_at")
    return [(number, str(paper_kinds()[kind].label), timezone.localdate(made_at)) for number, kind, made_at in rows]


def _documents(case: Case, kinds: list[str]):
    return case.documents.filter(kind__in=kinds, withdrawn_at=None)


def deed_in_words(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was kept of a deed (:meth:`Deed.as_data`), as people read it, [(what, words)]."""
    shown = []
    if told := data.get("told"):
        ways = {MAILBOX: _("In the mailbox"), CALL: _("By telephone"), MEETING: _("In a conversation")}
        how = ways.get(told["way"], told["way"])
        if told["way"] != MAILBOX:
            how = _("%(how)s, %(moment)s, with %(whom)s") % {
                "how": how,
                "moment": moment_in_words(told["at"]),
                "whom": told["whom"],
            }
        shown += [(_("The reporter was told"), how), (_("Text to the reporter"), told["text"])]
        if told.get("no_sanction"):
            shown.append((_("About a sanction"), _("The writer said that the text names no sanction of a person.")))
    if sent := data.get("sent"):
        what = (
            sent["where"] if sent["document"] == ELSEWHERE else _("Document %(number)s") % {"number": sent["document"]}
        )
        way = str({**WAYS_OUT, **PAGE}.get(sent["way"], sent["way"]))
        way = way[:1].lower() + way[1:]
        shown.append((_("Went out"), f"{what}, {moment_in_words(sent['on'])}, {way}"))
    if file := data.get("file"):
        known = file_kinds().kinds.get(file["kind"])
        kind = known.label if known else file["kind"]
        words = {"number": file["number"], "kind": kind, "day": moment_in_words(file["on"])}
        shown.append((_("File"), _("File %(number)s: %(kind)s, %(day)s") % words))
    if data.get("person"):
        shown.append((_("Person"), data["person"]))
    return [(capfirst(what), words) for what, words in shown]
