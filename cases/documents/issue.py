"""Making a document of a case, withdrawing it, reading it, and sending it to the reporter's mailbox.

The values that were filled in and the files are sealed with the case. A document never changes: it is withdrawn, and a
new one is made.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deadlines.running import meet
from cases.desk.codes import case_codes
from cases.desk.colleagues import colleagues_of
from cases.desk.keys import file_key, key_of, opened_file
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.desk.sealed_files import seal
from cases.documents import police_file
from cases.documents.kinds import OUTSIDE, Kind, Type, code_in_document, document_kinds
from cases.documents.own_templates import fill_in, template_in_use, text_of
from cases.documents.writing import LANGUAGE, DocumentPaper, as_docx, as_pdf, blocks_of, printable
from cases.events import CaseEvent
from cases.masking.masking import fold, survivors
from cases.models import Case, CaseDocument, CaseRecord
from cases.people.hearing import hear
from cases.people.proofs import refuse_proof
from cases.people.words.purposes import CHOSEN, SIGNATURE
from cases.people.words.purposes import DOCUMENT as PURPOSE
from cases.people.words.purposes import DOCUMENT_WITHDRAWN as WITHDRAWN
from organisations.access.policy import Actor
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from reporting.counting.facts import form_of_kind
from reporting.dialogue.dialogue import answer_reporter
from reporting.pdf import NoPdf
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from reporting.questions.reading import answers, main_code
from vault import files, ledger
from vault.compartments import Compartment, read_text, sealed_by_id, texts, write_text
from vault.receipts import random_code

REFERENCE_LENGTH = 10  # another length than the number of a case has
OTHER = "other"  # the leaf of every list of forms that says nothing more than the kind of report
NOT_MADE = gettext_lazy("stands on it once it is made")
_ADDRESS, _NUMBER = re.compile(r"\S+@\S+"), re.compile(r"\d(?:[\s()./-]*\d){5,}")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class ListedDocument:
    """A document with the opened reason for which it was withdrawn, empty where it was not."""

    document: CaseDocument
    because: str

    @property
    def label(self) -> str:
        return str(document_kinds()[self.document.kind].label)

    @property
    def forms(self) -> list[str]:
        return [form for form in MEDIA_TYPES if getattr(self.document, form)]

    @property
    def can_be_sent(self) -> bool:
        kind = document_kinds()[self.document.kind]
        return kind.to_reporter and self.document.sent_at is None and self.document.withdrawn_at is None


def kinds_for(case: Case) -> dict[str, Kind]:
    """The kinds of document that somebody writes in this kind of case, {code: kind}: not those that are made of a record."""
    return {code: kind for code, kind in document_kinds().items() if case.kind in kind.kinds and not kind.record}


def new_reference(kind: Kind) -> str:
    """What stands on a document beside the name of the organisation. Only the reporter knows the case by its number: on what
    anybody else gets stands a reference of that paper alone, so that two papers cannot be laid side by side (Wbk 1a)."""
    if kind.to_reporter:
        return ""
    while CaseDocument.objects.filter(reference=(reference := _as_reference(random_code(REFERENCE_LENGTH)))).exists():
        continue
    return reference


def _as_reference(code: str) -> str:
    bare = code.replace("-", "")
    return f"{bare[:5]}-{bare[5:]}"


def document_paper(
    case: Case, code: str, values: Mapping[str, str], *, number: int, actor: Actor, reference: str | None = None
) -> DocumentPaper:
    """The document as it stands with these values ({field: words}), with the date of today. Without a `reference` it is shown
    before it is made."""
    kind = document_kinds()[code]
    if reference is None and not kind.to_reporter:
        reference = str(NOT_MADE)
    with translation.override(LANGUAGE):
        return DocumentPaper(
            title=str(kind.label),
            organisation=case.organisation.title,
            day=timezone.localdate(),
            footer=_("Reference %(reference)s") % {"reference": reference}
            if reference
            else _("Case %(case)s, document %(number)d") % {"case": case.number, "number": number},
            blocks=blocks_of(kind, case_values(case, actor, reference or "") | dict(values)),
        )


@transaction.atomic
def make_document(
    case: Case,
    code: str,
    values: Mapping[str, str],
    *,
    actor: Actor,
    token: UUID,
    sorted_by: Mapping[int, str] | None = None,
    moments: Mapping[str, datetime] | None = None,
    without: Collection[int] = (),
    record: CaseRecord | None = None,
    about: str = "",
) -> CaseDocument:
    """Make and keep a document. `values` are the fields in words, `sorted_by` the offence of each piece of evidence,
    `moments` those fields that are a moment, `without` the files that stay here, `record` that of which it is made. It meets the
    deadlines that its kind names, dated by that moment.

    One page (`token`) makes one document. What was typed is heard, who signs is not; `about` as for :func:`hear`. Raises
    Refused, NotAllowed and AskFirst.
    """
    case, key = opened_file(case, actor, "case.documents")
    if existing := sent_before(case.documents.all(), token):
        return existing[0]
    kind = kinds_for(case).get(code)
    if record is not None:
        kind = document_kinds()[code] if document_kinds()[code].record == record.form else None
    if kind is None:
        raise NotAllowed
    values = {name: printable(value) for name, value in values.items()}
    hides = kind.hides_reporter and values.get("consent") != consent_words(kind)
    hidden = _hide_reporter(case, kind, values, actor) if hides else []
    number = next_number(case.documents.all())
    row = CaseDocument(case=case, number=number, kind=code, made_by=actor.person, token=token, record=record)
    row.reference = new_reference(kind)
    paper = document_paper(case, code, values, number=number, actor=actor, reference=row.reference)
    row.template = None if kind.evidence or kind.record else template_in_use(case.organisation, code)
    words = paper.words
    try:
        if row.template:
            letter = fill_in(bytes(row.template.content), case_values(case, actor, row.reference) | values)
            row.docx, words = seal(key, [letter]), text_of(letter)
        elif kind.evidence:
            police = police_file.build(
                case,
                paper,
                sorted_by or {},
                actor,
                hides=hides,
                hidden=hidden,
                without=without,
                values=values,
                reference=row.reference,
            )
            row.pdf, row.docx, row.zip = (seal(key, pieces) for pieces in (police.pdf, police.docx, police.zip))
        else:
            row.pdf, row.docx = seal(key, [as_pdf(paper)]), seal(key, [as_docx(paper)])
    except NoPdf:
        raise Refused(_("This server cannot make a PDF. Tell who runs it.")) from None
    chosen = _chosen(case, kind, values)
    row.words = write_text(key, PURPOSE, json.dumps({"values": values, "text": words, CHOSEN: sorted(chosen)})).id
    row.save()
    for deadline, field in kind.meets.items():
        moment = (moments or {}).get(field)
        if moment is None or moment > timezone.now():
            raise Refused(_("Give the moment at which it was done. That is not in the future."), field)
        meet(case, [deadline], moment)
    ledger.record(case.id, CaseEvent.DOCUMENT_MADE, actor=actor.person.id, kind=code, number=number)
    hear(case, "\n".join(_typed(kind, values, chosen)), about, actor=actor)
    return row


def _typed(kind: Kind, values: Mapping[str, str], chosen: Collection[str]) -> list[str]:
    """What somebody wrote in words of their own, without who signs it: a greeting says nothing of whom it greets. `chosen`:
    fields whose people were chosen from a list, which says nothing of them either."""
    free = {name for name, asked in kind.fields.items() if asked.type in {Type.LINE, Type.TEXT, Type.COLLEAGUES}}
    return [words for name, words in values.items() if name in free - SIGNATURE - set(chosen)]


def _chosen(case: Case, kind: Kind, values: Mapping[str, str]) -> set[str]:
    """The fields of colleagues in which nobody stands but who works the case and whoever was typed beside the list."""
    names = {person.name for person in colleagues_of(case)}
    asked = {name for name, asked in kind.fields.items() if asked.type == Type.COLLEAGUES}
    others = {name: values.get(name + OUTSIDE, "") for name in asked}
    return {name for name in asked if {*_names(values.get(name, ""), others[name])} <= names}


def _names(words: str, other: str) -> list[str]:
    listed = words.removesuffix(other).removesuffix(", ") if other else words
    return [name for name in listed.split(", ") if name]


@transaction.atomic
def withdraw_document(case: Case, number: int, *, reason: str, actor: Actor, about: str = "") -> None:
    """The document counts no more; it stays readable, with the reason. `about` as for :func:`hear`. Raises Refused,
    NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.documents")
    row = _row(case, number)
    if row.withdrawn_at:
        raise Refused(_("This document was withdrawn already."))
    reason_of(reason)
    refuse_proof(case, key, "sent", number)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), actor.person
    row.withdrawn_because = write_text(key, WITHDRAWN, reason.strip()).id
    row.save()
    ledger.record(case.id, CaseEvent.DOCUMENT_WITHDRAWN, actor=actor.person.id, number=number)
    hear(case, reason, about, actor=actor)


@transaction.atomic
def send_document(case: Case, number: int, *, actor: Actor) -> None:
    """Put the words of a document into the mailbox of the reporter, once. Raises :class:`Refused` and NotAllowed."""
    case, _key = opened_file(case, actor, "case.documents")
    row = _row(case, number)
    if not ListedDocument(row, "").can_be_sent:
        raise Refused(_("This document cannot be sent, or was sent already."))
    words = words_of_document(case, number, actor)
    content = key_of(case, Compartment.CONTENT, actor)
    answer_reporter(case.report, content, words, author=row.made_by, sent_by=actor.person)
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    ledger.record(case.id, CaseEvent.DOCUMENT_SENT, actor=actor.person.id, number=number)


@transaction.atomic
def read_document(case: Case, number: int, form: str, *, actor: Actor) -> bytes:
    """The bytes of one file of a document; `form` is a key of :data:`MEDIA_TYPES`. Raises NotAllowed, and
    FileNotFoundError where there is no such file."""
    case, key = opened_file(case, actor, "case.file")
    file = getattr(_row(case, number), form) if form in MEDIA_TYPES else None
    if file is None:
        raise FileNotFoundError
    content = b"".join(files.read(key, file))
    ledger.record(case.id, CaseEvent.DOCUMENT_SAVED, actor=actor.person.id, number=number, form=form)
    return content


def documents_of(case: Case, actor: Actor) -> list[ListedDocument]:
    """All documents, newest first. The caller has asked `may(actor, "case.file", case)`."""
    rows = list(case.documents.select_related("made_by", "withdrawn_by"))
    if not rows:
        return []
    key = file_key(case, actor)
    sealed = sealed_by_id(case.id, Compartment.FILE, WITHDRAWN)
    return [
        ListedDocument(
            document, read_text(key, sealed[document.withdrawn_because]) if document.withdrawn_because else ""
        )
        for document in rows
    ]


def case_values(case: Case, actor: Actor, reference: str = "") -> dict[str, str]:
    """What every document knows of its case, {name of kinds.ALWAYS: words}. `reference`: what stands in the place of the number
    of the case."""
    with translation.override(LANGUAGE):
        return {
            "organisation": case.organisation.title,
            "case": reference or case.number,
            "received_on": date_format(case.report.received_on, "j F Y"),
            "today": date_format(timezone.localdate(), "j F Y"),
            "officer": actor.person.name,
            "what": _what(case_codes(case)),
        }


def _what(codes: dict[str, str]) -> str:
    form = form_of_kind()[codes["kind"]]
    return main_code(codes) if codes.get(form, OTHER) == OTHER else code_in_document(form, codes[form])


def _hide_reporter(case: Case, kind: Kind, values: Mapping[str, str], actor: Actor) -> list[str]:
    """Refuse a letter in which the reporter can be read (Wbk 1a). In a file for the police the name may stand with
    consent.

    The name is looked up with the key of the person who writes, where they hold it; it is shown to nobody. Returns the
    words that must not be read in the evidence either.
    """
    if values.get("complainant"):
        raise Refused(_("A name stands in the file only when the reporter agrees. Choose that, or leave it empty."))
    hidden = names_of_reporter(case, actor)
    if survivors(values.values(), hidden):
        raise Refused(_("The name or address of the reporter stands in this text. Write it without."))
    return hidden


def names_of_reporter(case: Case, actor: Actor) -> list[str]:
    """Name, address and numbers of the reporter, as far as the actor holds the key to them; nothing where they do not."""
    try:
        key = key_of(case, Compartment.IDENTITY, actor)
    except NotAllowed:
        return []
    given = {answered.question: answered.text for answered in answers(case.report, key)}
    contact = answer_meaning(Meaning.REPORTER_CONTACT, given) or ""
    names = [
        answer_meaning(Meaning.REPORTER_NAME, given) or "",
        contact,
        *_ADDRESS.findall(contact),
        *_NUMBER.findall(contact),
    ]
    return [name for name in names if fold(name)]


def words_of_document(case: Case, number: int, actor: Actor) -> str:
    """The text of a document as it was made. Raises NotAllowed where there is none or the actor may not read it."""
    case, key = opened_file(case, actor, "case.file")
    row = _row(case, number)
    return json.loads(read_text(key, texts(case.id, Compartment.FILE, PURPOSE).get(id=row.words)))["text"]


def consent_words(kind: Kind) -> str:
    """The choice that lets the name stand in the file, in the words that `values` hold."""
    asked = kind.fields.get("consent")
    with translation.override(LANGUAGE):
        return str(asked.choices["with_name"]) if asked else "-"


def _row(case: Case, number: int) -> CaseDocument:
    row = case.documents.filter(number=number).first()
    if row is None:
        raise NotAllowed
    return row
