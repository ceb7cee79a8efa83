"""An organisation's own DOCX for a kind of document: checked when it comes in, and filled in with words only.

A template may hold `{{ name }}` and `{% if name %}` … `{% endif %}`, with the names that the kind of document knows,
and nothing else: no calls, no loops, no attributes, no pictures from elsewhere, no macros.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

import docx
from django.db import transaction
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import QName, XMLParser, XMLSyntaxError, fromstring

from cases.desk.refusals import NotAllowed
from cases.documents.kinds import document_kinds
from cases.documents.writing import printable
from cases.events import CaseEvent
from cases.models import DocumentTemplate
from organisations.access.policy import Actor, may
from organisations.desk.numbers import next_number
from organisations.models import Organisation
from vault import ledger

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 300
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If)
_FIELDS = re.compile(r'(?:\s|PAGE|NUMPAGES|DATE|TIME|\\[*@]|MERGEFORMAT|Arabic|"[dMyHhms :/.-]*")*')
_NO_WORD_FILE = (
    *(PackageNotFoundError, XMLSyntaxError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(KeyError, ValueError, TypeError, AttributeError, RecursionError, RuntimeError, NotImplementedError),
)


class BadTemplate(Exception):
    """The template cannot be taken into use, with words that say what to do."""


def template_in_use(organisation: Organisation, kind: str) -> DocumentTemplate | None:
    """The template that the organisation uses for this kind of document; None for the standard text."""
    return DocumentTemplate.objects.filter(organisation=organisation, kind=kind, in_use=True).first()


@transaction.atomic
def keep_template(kind: str, content: bytes, *, actor: Actor) -> DocumentTemplate:
    """Check a template and take it into use instead of the one before. `content` is the DOCX. Raises
    :class:`BadTemplate` and NotAllowed."""
    _allow(kind, actor)
    check_template(kind, content)
    rows = DocumentTemplate.objects.select_for_update().filter(organisation=actor.organisation, kind=kind)
    version = next_number(rows, "version")
    rows.filter(in_use=True).update(in_use=False)
    template = DocumentTemplate.objects.create(
        organisation=actor.organisation, kind=kind, version=version, content=content, made_by=actor.person
    )
    ledger.record(actor.organisation.id, CaseEvent.TEMPLATE_KEPT, actor=actor.person.id, kind=kind, version=version)
    return template


@transaction.atomic
def stop_template(kind: str, *, actor: Actor) -> None:
    """Use the standard text again. Raises NotAllowed."""
    _allow(kind, actor)
    DocumentTemplate.objects.filter(organisation=actor.organisation, kind=kind, in_use=True).update(in_use=False)
    ledger.record(actor.organisation.id, CaseEvent.TEMPLATE_STOPPED, actor=actor.person.id, kind=kind)


def check_template(kind: str, content: bytes) -> None:
    """Raises :class:`BadTemplate` when this is no safe template for this kind of document."""
    known = document_kinds()[kind].variables
    try:
        for name, data in _parts(content):
            _judge_part(name, data)
        fill_in(content, dict.fromkeys(known, "Voorbeeld"))
    except TemplateError as wrong:
        raise BadTemplate(
            _("Something between {{ }} or {%% %%} is not right: %(what)s") % {"what": wrong.message or ""}
        ) from None
    except _NO_WORD_FILE:
        raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again.")) from None


def fill_in(content: bytes, values: Mapping[str, str]) -> bytes:
    """The template with the values ({name: words}) in it, as DOCX. A value never becomes a tag. Raises
    :class:`BadTemplate` where the template asks for more."""
    template = DocxTemplate(io.BytesIO(content))
    words = {name: printable(value) for name, value in values.items()}
    template.render(words, jinja_env=_NamesOnly(set(words)), autoescape=True)
    kept = io.BytesIO()
    template.save(kept)
    return kept.getvalue()


def text_of(document: bytes) -> str:
    """The paragraphs of a DOCX, for the mailbox of the reporter."""
    return "\n\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(document)).paragraphs if paragraph.text.strip()
    )


class _NamesOnly(SandboxedEnvironment):
    """Judges exactly what is about to be rendered, whatever part of the package holds it and however it is encoded."""

    def __init__(self, known: set[str]) -> None:
        super().__init__(autoescape=True)
        self.known = known

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _judge(tree, self.known)
        return tree


def _allow(kind: str, actor: Actor) -> None:
    if (
        kind not in document_kinds()
        or document_kinds()[kind].evidence
        or document_kinds()[kind].record
        or not may(actor, "admin.templates")
    ):
        raise NotAllowed


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of the package, [(name, bytes)], and never more than fits. Raises :class:`BadTemplate`."""
    if len(content) > MOST_BYTES:
        raise BadTemplate(_("This file is too large. At most 2 MB."))
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again.")) from None
    with package:
        entries = package.infolist()
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise BadTemplate(_("This file is too large when it is unpacked."))
        left = MOST_UNPACKED
        for entry in entries:
            with package.open(entry) as part:
                data = part.read(left + 1)
            left -= len(data)
            if left < 0:
                raise BadTemplate(_("This file is too large when it is unpacked."))
            yield entry.filename, data


def _judge_part(name: str, data: bytes) -> None:
    """Refuse programs, whatever is fetched from elsewhere, and XML with a document type or an unusual encoding."""
    low = name.lower()
    if any(program in low for program in ("vbaproject", "activex", "embeddings")):
        raise BadTemplate(_("This file holds macros or other programs. Save it as an ordinary .docx."))
    if not low.endswith((".xml", ".rels")):
        return
    root = fromstring(data, XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    about = root.getroottree().docinfo
    if about.doctype or (about.encoding or "utf-8").lower() not in {"utf-8", "us-ascii"}:
        raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again."))
    fields = []
    for element in root.iter(
        "{*}Relationship", "{*}altChunk", "{*}object", "{*}control", "{*}instrText", "{*}fldSimple"
    ):
        what = QName(element).localname
        fields += [element.text or ""] if what == "instrText" else []
        fields += [f"{value} " for key, value in element.attrib.items() if QName(key).localname == "instr"]
        is_elsewhere = what == "Relationship" and element.get("TargetMode", "Internal") != "Internal"
        if is_elsewhere or what in {"altChunk", "object", "control"}:
            raise BadTemplate(_("This file fetches something from elsewhere (a picture, a link). Take that out."))
    if not _FIELDS.fullmatch("".join(fields)):
        raise BadTemplate(
            _("Of the fields of Word only page numbers and dates are possible here. Take the others out.")
        )


def _judge(tree: nodes.Node, known: set[str]) -> None:
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, _ALLOWED):
            raise BadTemplate(
                _("Only {{ name }} and {%% if name %%} are possible here, not “%(what)s”.")
                % {"what": type(node).__name__}
            )
        if isinstance(node, nodes.Name) and node.name not in known:
            raise BadTemplate(
                _("This document does not know “%(name)s”. Choose from: %(names)s")
                % {"name": node.name, "names": ", ".join(sorted(known))}
            )
