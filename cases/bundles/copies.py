"""Files of a case as they go to somebody outside: as an approved redaction leaves them, with what it masks gone from the bytes."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import file_key
from cases.desk.refusals import Refused
from cases.models import Case, Redaction
from cases.people.words.purposes import FILE, FILE_STRUCK
from cases.redaction import pieces
from cases.redaction.copies import How, NotMasked, copy_of, fate_of, name_of
from cases.redaction.sets import OpenedRedaction, open_redaction
from cases.redaction.source import Source
from organisations.access.policy import Actor
from reporting.evidence.sandbox import FileRefused
from reporting.pdf import NoPdf
from vault.compartments import Compartment, sealed_by_id


@dataclass(frozen=True)
class FileCopy:
    """A file of the case that can go, beside the redaction that says how."""

    source: Source
    redaction: OpenedRedaction

    @property
    def label(self) -> str:
        return f"{self.source.number}. {self.source.title}: {fate_of(self.source, self.redaction).in_words}"

    @property
    def form(self) -> str:
        return name_of(self.source).rsplit(".", 1)[1]

    def content(self) -> bytes:
        """The bytes as they go. Raises Refused."""
        try:
            return copy_of(self.source, self.redaction, timezone.localdate())
        except (FileNotFoundError, FileRefused, NotMasked, NoPdf):
            raise Refused(_("This file cannot be put there as the redaction says. Look at it there."), "file") from None


def copies_for(case: Case, actor: Actor) -> list[FileCopy]:
    """Every file through which somebody went in a redaction that a second person approved; of several redactions the last
    counts. Nothing of what it leaves out, and nothing that was struck out. The caller has asked
    `may(actor, "case.file", case)`."""
    rows = list(case.redactions.filter(state=Redaction.State.APPROVED).order_by("-number"))
    if not rows:
        return []
    key = file_key(case, actor)
    opened = [open_redaction(row, key) for row in rows]
    sealed = sealed_by_id(case.id, Compartment.FILE, FILE, FILE_STRUCK)
    found = []
    for source in pieces.files(case, actor, {}, sealed):
        last = next((one for one in opened if one.is_gone_through(source)), None)
        if last and not source.struck and fate_of(source, last).how in {How.WHOLE, How.MASKED}:
            found.append(FileCopy(source, last))
    return found
