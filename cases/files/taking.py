"""Files on their way into a case: checked and made anew as evidence is, and carried by the page, sealed, until they are
added. Only the page holds their keys."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reporting.evidence import intake
from reporting.evidence.intake import EvidencePiece, FileRefused
from reporting.evidence.refusals import REFUSALS
from reporting.evidence.uploads import Upload
from reporting.form.steps import Trouble
from vault.sealed_state import StateExpired, StateInvalid, open_state, seal_state

# What people at work read instead of the words for a reporter.
AT_WORK = {
    "too_big": _("This file is larger than 25 MB. Save it smaller, or split it up."),
    "no_scanner": _("We cannot check files at the moment. Try again later, and tell who runs this server."),
    "no_room": _("There is no room for files now. Try later, and tell who runs this server."),
    "busy": _("It is very busy at the moment. Choose this file again in a minute."),
    "too_many": _("You can add at most 10 files and 100 MB at a time. Add the others after these."),
}


@dataclass(frozen=True)
class TakenFile:
    """A file that was made anew and is not added yet. `came`: the SHA-256 (hex) of what was sent."""

    piece: EvidencePiece
    came: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing had to be taken out: what is kept is byte for byte what was sent."""
        return self.piece.file.sha256 == self.came


def take_files(uploads: Iterable[Upload], before: list[TakenFile]) -> tuple[list[TakenFile], list[Trouble]]:
    """What could be taken, and what could not with the next step. One file never stops the others; what is in `before`
    already is not taken twice."""
    taken: list[TakenFile] = []
    trouble: list[Trouble] = []
    for upload in uploads:
        pieces = [one.piece for one in (*before, *taken)]
        try:
            piece = intake.take_file(upload, keep_original=False, before=pieces)
        except FileRefused as refused:
            trouble.append(Trouble(upload.name or "", str(AT_WORK.get(refused.code, REFUSALS[refused.code]))))
            continue
        if piece.file.sha256 in {other.file.sha256 for other in pieces}:
            intake.drop_piece(piece)
        else:
            taken.append(TakenFile(piece, hashlib.sha256(upload.data()).hexdigest()))
    return taken, trouble


def sealed(taken: list[TakenFile], case: UUID, person: UUID) -> str:
    """What a page carries, for this person and this case only; empty for nothing."""
    body = json.dumps([{"piece": one.piece.to_state(), "came": one.came} for one in taken])
    return seal_state(_purpose(case, person), body.encode()) if taken else ""


def opened(state: str, case: UUID, person: UUID) -> list[TakenFile]:
    """What :func:`sealed` wrote; nothing for a page that is too old or was made for something else."""
    try:
        body = json.loads(open_state(_purpose(case, person), state).body) if state else []
    except (StateExpired, StateInvalid):
        return []
    return [TakenFile(EvidencePiece.from_state(one["piece"]), one["came"]) for one in body]


def let_go(taken: TakenFile) -> None:
    """Destroy a file that is not added after all."""
    intake.drop_piece(taken.piece)


def _purpose(case: UUID, person: UUID) -> str:
    return f"added_files:{case}:{person}"
