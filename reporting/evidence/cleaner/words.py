"""The words that stand in a file that was made anew, for who compares names. Whatever cannot be read makes it not whole."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from . import office_text

MOST_LETTERS = 200_000
_BREAKS = {"p", "h", "si", "is", "c", "tc", "row", "br", "tab", "s", "cr", "table-cell", "line-break", "v"}
_PICTURE = re.compile(r"\.(png|jpe?g|gif|webp|bmp|tiff?|emf|wmf)$", re.IGNORECASE)


def words_in(data: bytes, kind: str) -> tuple[str, bool]:
    """The words, and whether that is everything that people see: no pictures, nothing unknown, nothing cut off."""
    if kind == "pdf":
        from . import pdf_words

        text, whole = pdf_words.words_in(data)
    else:
        text, whole = _in_office(data)
    text = re.sub(r"[ \t]+", " ", text).strip()
    return text[:MOST_LETTERS], whole and bool(text) and len(text) <= MOST_LETTERS


def _in_office(data: bytes) -> tuple[str, bool]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        parts = [office_text.parsed(archive.read(name)) for name in names if name.endswith(".xml")]
    return "\n".join("".join(_text(part)) for part in parts), not any(_PICTURE.search(name) for name in names)


def _text(root) -> Iterator[str]:
    """The text of a part: what stands in one paragraph or cell stays together, also where it is cut in pieces."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag.rpartition("}")[2] in _BREAKS:
            yield "\n"
        if node.text:
            yield node.text
        if node.tail:
            yield node.tail
