"""The administrator's page for the organisation's own templates of documents. Nothing of a case is ever on it."""

from typing import cast

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.documents.issue import MEDIA_TYPES
from cases.documents.kinds import Kind, Type, document_kinds
from cases.documents.own_templates import BadTemplate, fill_in, keep_template, stop_template, template_in_use
from cases.models import DocumentTemplate
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.desk.saving import to_save
from reporting.evidence.uploads import Upload

NOTICES = Notices(
    {
        "kept": Notice(_("The template is in use. Look at the example.")),
        "stopped": Notice(_("The standard text is used again.")),
    }
)


class TemplateForm(DeskForm):
    file = forms.FileField(
        label=_("Word file (.docx)"),
        help_text=_("At most 2 MB, without macros."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


@at_work("admin.templates")
def templates(request: WorkRequest) -> HttpResponse:
    own = {
        row.kind: row for row in DocumentTemplate.objects.filter(organisation=request.actor.organisation, in_use=True)
    }
    rows = [
        (code, kind, own.get(code)) for code, kind in document_kinds().items() if not (kind.evidence or kind.record)
    ]
    return render(request, "cases/documents/document_templates.html", {"section": "admin", "rows": rows})


@at_work("admin.templates")
def template(request: WorkRequest, kind: str) -> HttpResponse:
    template_kind = _kind(kind)
    form = TemplateForm()
    if request.method == "POST" and "stop" in request.POST:
        stop_template(kind, actor=request.actor)
        return done(reverse("case_administration:template", args=[kind]), "stopped")
    if request.method == "POST":
        form = TemplateForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                upload = cast(Upload, form.cleaned_data["file"])
                keep_template(kind, b"" if upload.trouble else upload.data(), actor=request.actor)
                return done(reverse("case_administration:template", args=[kind]), "kept")
            except BadTemplate as bad:
                form.add_error("file", str(bad))
    versions = DocumentTemplate.objects.filter(organisation=request.actor.organisation, kind=kind)
    context = {
        "section": "admin",
        "kind": template_kind,
        "code": kind,
        "form": form,
        "names": _names(template_kind),
        "versions": list(versions.select_related("made_by").defer("content")),
        "notice": None if form.errors else NOTICES.of(request),
    }
    return render(request, "cases/documents/document_template.html", context, status=422 if form.errors else 200)


@at_work("admin.templates")
def example(request: WorkRequest, kind: str) -> HttpResponse:
    """The template in use, filled in with invented data."""
    template_kind = _kind(kind)
    own = template_in_use(request.actor.organisation, kind)
    if own is None:
        raise Http404
    values = dict(_names(template_kind))
    values |= {"organisation": request.actor.organisation.title, "case": "VOOR-BEELD"}
    return to_save(fill_in(bytes(own.content), values), MEDIA_TYPES["docx"], f"{kind}-voorbeeld.docx")


def _names(kind: Kind) -> list[tuple[str, str]]:
    """What a template can hold, each with what it stands for."""
    today = date_format(timezone.localdate(), "j F Y")
    always = [
        ("organisation", _("The organisation")),
        ("case", _("Number of the case") if kind.to_reporter else _("Reference of the letter")),
        ("received_on", _("The day on which the report came")),
        ("today", today),
        ("officer", _("Who makes the document")),
        ("what", _("What the case is about")),
    ]
    of_kind = [
        (name, today if asked.type in {Type.DATE, Type.MOMENT} else str(asked.label))
        for name, asked in kind.fields.items()
    ]
    return [(name, str(words)) for name, words in [*always, *of_kind]]


def _kind(code: str) -> Kind:
    kind = document_kinds().get(code)
    if kind is None or kind.evidence:
        raise Http404
    return kind
