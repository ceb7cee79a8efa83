"""One thing of a case that can be masked and exported: a text, a picture, the pages of a PDF, or a file that goes whole or
not at all."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

import pikepdf

from cases.masking.masking import sentences
from reporting.evidence.custody import PICTURES, TEXTS

ROWS, COLUMNS = 8, 8  # the squares in which a picture is masked


class Shape(StrEnum):
    """In which parts something is masked."""

    TEXT = "text"  # its sentences, and the words that are masked everywhere
    PICTURE = "picture"  # squares, row by row
    PAGES = "pages"
    WHOLE = "whole"  # it is left out, or it goes as it is


def shape_of(form: str) -> Shape:
    """The shape of a file of this format, as the cleaner names it."""
    if form in TEXTS:
        return Shape.TEXT
    if form in PICTURES:
        return Shape.PICTURE
    return Shape.PAGES if form == "pdf" else Shape.WHOLE


@dataclass(frozen=True)
class Source:
    """One thing. `id` is its kind and its own id; `by` is the name of its writer, and `relation` what the writer is in the
    case. `label` holds no words of the case, `title` may. What is no text of the database has the `digest` of its bytes
    (SHA-256, hex), its format in `form`, and `read`, which gives them; that raises FileNotFoundError where they are lost."""

    id: str
    kind: str  # report, message, note, decision, document, evidence, file
    label: str
    text: str = ""
    on: date | None = None
    at: datetime | None = None  # where a moment is kept: never of what the reporter did
    by: str = ""
    relation: str = ""
    struck: bool = False
    title: str = ""
    number: int = 0
    form: str = ""
    digest: str = ""
    read: Callable[[], bytes] | None = field(default=None, compare=False)

    @property
    def shape(self) -> Shape:
        return shape_of(self.form) if self.form else Shape.TEXT

    @property
    def is_text(self) -> bool:
        return self.shape == Shape.TEXT

    @property
    def hash(self) -> str:
        """The hash of what the masks were made for: masks of something else are never laid over it."""
        return self.digest or hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def data(self) -> bytes:
        """The bytes of a file."""
        return self.read() if self.read else self.text.encode()

    @property
    def words(self) -> str:
        """The whole text of what is text; nothing of anything else."""
        if not self.is_text:
            return ""
        return self.data.decode("utf-8", "replace") if self.read else self.text

    @cached_property
    def units(self) -> int:
        """In how many parts it is masked. A part has a number from 0."""
        match self.shape:
            case Shape.TEXT:
                return len(sentences(self.words))
            case Shape.PICTURE:
                return ROWS * COLUMNS
            case Shape.PAGES:
                with pikepdf.open(io.BytesIO(self.data)) as document:
                    return len(document.pages)
        return 1
