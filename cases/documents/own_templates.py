"""An organisation's own DOCX for a kind of document: checked when it comes in, filled in with words only.

A template may hold `{{ name }}` and `{% if name %}` … `{% endif %}`, with the names that the kind of document knows, and
nothing else: no calls, no loops, no attributes, no pictures from elsewhere, no macros.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from cases.decisions import NotAllowed
from cases.documents.kinds import document_kinds
from cases.documents.writing import printable
from cases.models import DocumentTemplate
from organisations.access.policy import Actor, may
from organisations.models import Organisation
from vault import ledger

MOST_BYTES = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 300
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If)
_WITH_TEXT = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "docProps/")


class BadTemplate(Exception):
    """It cannot be taken into use, with words that say what to do."""


def template_in_use(organisation: Organisation, kind: str) -> DocumentTemplate | None:
    return DocumentTemplate.objects.filter(organisation=organisation, kind=kind, in_use=True).first()


@transaction.atomic
def keep_template(kind: str, content: bytes, *, actor: Actor) -> DocumentTemplate:
    """Check a template and take it into use instead of the one before. Raises :class:`BadTemplate` and NotAllowed."""
    _allow(kind, actor)
    check(kind, content)
    rows = DocumentTemplate.objects.select_for_update().filter(organisation=actor.organisation, kind=kind)
    version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
    rows.filter(in_use=True).update(in_use=False)
    made = DocumentTemplate.objects.create(
        organisation=actor.organisation, kind=kind, version=version, content=content, made_by=actor.person
    )
    ledger.record(actor.organisation.id, "template.kept", actor=actor.person.id, kind=kind, version=version)
    return made


@transaction.atomic
def stop_template(kind: str, *, actor: Actor) -> None:
    """Use the standard text again."""
    _allow(kind, actor)
    DocumentTemplate.objects.filter(organisation=actor.organisation, kind=kind, in_use=True).update(in_use=False)
    ledger.record(actor.organisation.id, "template.stopped", actor=actor.person.id, kind=kind)


def check(kind: str, content: bytes) -> None:
    """Raises :class:`BadTemplate` when this is no safe template for this kind of document."""
    known = document_kinds()[kind].variables
    for name, data in _parts(content):
        if any(program in name for program in ("vbaProject", "activeX", "embeddings")):
            raise BadTemplate(_("This file holds macros or other programs. Save it as an ordinary .docx."))
        if name.endswith(".rels") and b'TargetMode="External"' in data.replace(b"'", b'"'):
            raise BadTemplate(_("This file fetches something from elsewhere (a picture, a link). Take that out."))
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again."))
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
        sources = [template.patch_xml(data.decode("utf-8", "replace")) for name, data in _parts(content) if _text(name)]
        for source in sources:
            _judge(SandboxedEnvironment().parse(source), known)
        fill_in(content, dict.fromkeys(known, "Voorbeeld"))
    except TemplateSyntaxError as wrong:
        raise BadTemplate(
            _("Something between {{ }} or {%% %%} is not right: %(what)s") % {"what": wrong.message or ""}
        ) from None
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile):
        raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again.")) from None


def fill_in(content: bytes, values: Mapping[str, str]) -> bytes:
    """The template with the values in it: words, never tags."""
    template = DocxTemplate(io.BytesIO(content))
    words = {name: printable(value) for name, value in values.items()}
    template.render(words, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
    kept = io.BytesIO()
    template.save(kept)
    return kept.getvalue()


def _allow(kind: str, actor: Actor) -> None:
    if kind not in document_kinds() or document_kinds()[kind].evidence or not may(actor, "admin.templates"):
        raise NotAllowed


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of the package, never more than fits. Raises :class:`BadTemplate`."""
    if len(content) > MOST_BYTES:
        raise BadTemplate(_("This file is too large. At most 2 MB."))
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again.")) from None
    with package:
        entries = package.infolist()
        if len(entries) > MOST_PARTS or sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise BadTemplate(_("This file is too large when it is unpacked."))
        left = MOST_UNPACKED
        for entry in entries:
            try:
                with package.open(entry) as part:
                    data = part.read(left + 1)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
                raise BadTemplate(_("This is no Word file (.docx). Save it as .docx and try again.")) from None
            left -= len(data)
            if left < 0:
                raise BadTemplate(_("This file is too large when it is unpacked."))
            yield entry.filename, data


def _text(name: str) -> bool:
    return name.startswith(_WITH_TEXT) and name.endswith(".xml")


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
