"""Files of a case: the list, adding several, reading one, sending it to the reporter, striking it out."""

from uuid import uuid4

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.files.attaching import carry, taken_with
from cases.files.files import add_files, files_of, save_file, send_file, strike_file
from cases.files.forms import AddForm, StrikeForm
from cases.files.taking import let_go
from cases.models import AddedFile
from organisations.desk.notices import Notice, Notices
from organisations.desk.saving import to_save
from reporting.form.steps import Trouble
from vault.files import room_left

ADDED = Notices(
    {
        "added": Notice(gettext_lazy("Added, and sealed with the case. Below you see what became of each file.")),
        "struck": Notice(gettext_lazy("Struck out. It stays readable here.")),
    }
)
SENT = Notices(
    {"sent": Notice(gettext_lazy("Sent. The reporter finds the file in the mailbox, with a message that says so."))}
)


@case_page("case.file", tab="files", shows="files", notices=ADDED)
def files(page: CasePage) -> HttpResponse:
    return page.show("cases/files/files.html", files=files_of(page.case, page.actor), adds=page.may("case.add_file"))


@case_page("case.add_file", tab="files", shows="add_file", methods=READ_AND_POST)
def add(page: CasePage) -> HttpResponse:
    """Choose files and send them. What can be added is added; of the rest the page says what to do, and keeps all else."""
    form = AddForm(page.sent())
    added: list[AddedFile] = []
    taken, trouble = taken_with(page, "files", "carried") if page.is_sent else ([], [])
    if dropped := page.request.POST.get("drop", ""):
        for one in taken:
            if one.piece.file.id == dropped:
                let_go(one)
        taken = [one for one in taken if one.piece.file.id != dropped]
        form.errors.clear()
    elif page.is_sent and not taken:
        form.add_error("files", _("Choose a file first.") if not trouble else _refused(trouble))
    elif page.is_sent and form.is_valid():
        with form.refusals("files"):
            given = form.cleaned_data
            added = add_files(
                page.case,
                taken,
                kind=given["kind"],
                source=given["source"],
                received_on=given["received_on"],
                title=given["title"],
                actor=page.actor,
                token=given["token"],
                about=given["about"],
            )
            if not trouble:
                return page.done_or_away("files", "added")
            taken = []
            form.renew(token=uuid4())
            form.add_error("files", _refused(trouble))
    if page.is_sent:
        carry(page, form, taken, "carried")
    listed = [one for one in files_of(page.case, page.actor) if one.row in added] if added else []
    return page.show(
        "cases/files/add_file.html",
        form=form,
        taken=taken,
        added=list(reversed(listed)),
        trouble=trouble,
        room=room_left(),
    )


def _refused(trouble: list[Trouble]) -> str:
    words = ngettext("One file was not added.", "%(count)d files were not added.", len(trouble))
    return words % {"count": len(trouble)}


@case_page("case.file", tab="files", shows="files", keeps=["number"], methods=READ_AND_POST, notices=SENT)
def added_file(page: CasePage, number: int) -> HttpResponse:
    """One file: what it is, saving it, sending it, striking it out."""
    case, actor = page.case, page.actor
    form = StrikeForm(page.sent("strike"))
    if page.is_sent:
        with page.refusals(form if form.is_bound else None, "reason"):
            if page.what == "send":
                send_file(case, number, actor=actor)
                return page.done("added_file", "sent", number)
            if form.is_bound and form.is_valid():
                given = form.cleaned_data
                strike_file(case, number, reason=given["reason"], actor=actor, about=given["about"])
                return page.done_or_away("files", "struck")
    listed = next((one for one in files_of(case, actor) if one.row.number == number), None)
    if listed is None:
        raise Http404
    return page.show("cases/files/added_file.html", one=listed, form=form, adds=page.may("case.add_file"))


@case_page("case.file", tab="files")
def save(page: CasePage, number: int) -> HttpResponse:
    """The bytes of a file, to be saved. Saving it writes its own event."""
    try:
        listed, content = save_file(page.case, number, actor=page.actor)
    except FileNotFoundError:
        raise Http404 from None
    shown = listed.is_picture and "show" in page.request.GET
    return to_save(content, listed.media_type, f"{page.case.number}-bestand-{number}.{listed.form}", shown=shown)
