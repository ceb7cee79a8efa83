"""What the page of an act does with files: it takes them in, carries them while something has to be mended, and adds them."""

from datetime import date
from typing import cast
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cases.desk.page import CasePage
from cases.desk.refusals import Refused
from cases.files.files import add_files
from cases.files.forms import NEW_FILE
from cases.files.taking import TakenFile, let_go, opened, sealed, take_files
from organisations.desk.forms import DeskForm
from organisations.desk.sent_once import SentBefore
from reporting.evidence.uploads import Upload
from reporting.form.steps import Trouble


def taken_with(page: CasePage, field: str, carried: str) -> tuple[list[TakenFile], list[Trouble]]:
    """The files that came with a page: those that it carried from before and those that were chosen now; and what could not
    be taken. `field` and `carried`: the names of its fields."""
    before = opened(page.request.POST.get(carried, ""), page.case.id, page.actor.person.id)
    chosen = [cast(Upload, upload) for upload in page.request.FILES.getlist(field)]
    fresh, trouble = take_files(chosen, before)
    return [*before, *fresh], trouble


def carry(page: CasePage, form: DeskForm, taken: list[TakenFile], field: str) -> None:
    """Let the page carry these files, so that nothing has to be chosen again."""
    form.renew(**{field: sealed(taken, page.case.id, page.actor.person.id)})


class Attaching:
    """The file that a decision asks, where it is added on the page of that decision. One file: the last that was chosen."""

    def __init__(self, page: CasePage, form: DeskForm) -> None:
        self._page, self._form = page, form
        self.is_new = page.is_sent and "file" in form.fields and page.request.POST.get("file") == NEW_FILE
        self.taken: list[TakenFile] = []
        self._trouble: list[Trouble] = []
        if self.is_new:
            taken, self._trouble = taken_with(page, "file_new", "file_carried")
            self.taken = taken[-1:]
            for other in taken[:-1]:
                let_go(other)
            carry(page, form, self.taken, "file_carried")

    def is_ready(self) -> bool:
        """Whether the new file is there, where one is asked; what could not be taken stands at its field."""
        if self._trouble:
            self._form.add_error("file_new", " ".join(f"{one.name}: {one.why}" for one in self._trouble))
        elif self.is_new and not self.taken:
            self._form.add_error("file_new", _("Choose a file first."))
        return "file_new" not in self._form.errors

    def add(self) -> str:
        """Add the file and return its number. Part of the caller's transaction. Raises as :func:`add_files`, at the fields of
        this form."""
        given = self._form.cleaned_data
        try:
            [row] = add_files(
                self._page.case,
                self.taken,
                kind=given["file_kind"],
                source=given["file_source"],
                received_on=cast(date, given["file_on"]),
                title=given["file_title"],
                actor=self._page.actor,
                token=cast(UUID, given["file_token"] or uuid4()),
                about=given["about"],
            )
        except SentBefore:
            raise
        except Refused as cannot:
            names = {"kind": "file_kind", "source": "file_source", "received_on": "file_on", "about": "about"}
            raise Refused(cannot.message, names.get(cannot.field, "file_new"), asked=cannot.asked) from None
        return str(row.number)
