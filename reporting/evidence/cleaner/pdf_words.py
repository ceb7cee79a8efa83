"""The words that are drawn on the pages of a PDF."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

_GAP = -180  # thousandths of a letter: a wider gap inside one drawing of letters is a space
_DEEPEST = 8  # of drawings inside drawings
_SIMPLE = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_BUILT_IN = re.compile(r"Helvetica|Times|Courier|Arial", re.IGNORECASE)
Decode = Callable[[bytes], str]


class _Unknown(Exception):
    """Letters of which nobody can say which they are."""


def words_in(data: bytes) -> tuple[str, bool]:
    """The words, and whether nothing else is drawn: no picture and no letter that is unknown. Words that are drawn in
    pieces come twice, once together and once apart."""
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
        pages = [_Page() for _page in pdf.pages]
        for page, drawn in zip(pages, pdf.pages, strict=True):
            page.read(drawn, drawn.get("/Resources"), 0)
    together = "\n".join("".join(page.together) for page in pages)
    apart = "\n".join("".join(page.apart) for page in pages)
    is_whole = all(page.is_whole and "".join(page.together).strip() for page in pages)
    return (together if together == apart else f"{together}\n{apart}"), is_whole


class _Page:
    def __init__(self) -> None:
        self.together: list[str] = []
        self.apart: list[str] = []
        self.is_whole = True

    def read(self, drawn, resources, depth: int) -> None:
        decode: Decode = _nothing
        for instruction in pikepdf.parse_content_stream(drawn):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self.is_whole = False
                continue
            operator, given = str(instruction.operator), instruction.operands
            if operator == "Tf":
                decode = _decoder(_at(resources, "/Font", given[0]))
            elif operator in {"Tj", "TJ", "'", '"'}:
                if operator in {"'", '"'}:
                    self._move("\n", "\n")
                self._draw(given[-1], decode)
            elif operator in {"Td", "TD"}:
                is_same_line = float(given[1]) == 0
                self._move("" if is_same_line else "\n", " " if is_same_line else "\n")
            elif operator in {"T*", "BT", "ET"}:
                self._move("\n", "\n")
            elif operator == "Tm":
                self._move("", "\n")
            elif operator == "sh":
                self.is_whole = False
            elif operator == "Do":
                self._draw_inside(_at(resources, "/XObject", given[0]), resources, depth)

    def _draw_inside(self, drawing, resources, depth: int) -> None:
        if isinstance(drawing, Stream) and drawing.get("/Subtype") == Name.Form and depth < _DEEPEST:
            self.read(drawing, drawing.get("/Resources", resources), depth + 1)
        else:
            self.is_whole = False

    def _draw(self, given, decode: Decode) -> None:
        try:
            for part in given if isinstance(given, Array) else [given]:
                if isinstance(part, String):
                    self._move(*(2 * [decode(bytes(part))]))
                elif float(part) < _GAP:
                    self._move(" ", " ")
        except (_Unknown, UnicodeError):
            self.is_whole = False

    def _move(self, together: str, apart: str) -> None:
        self.together.append(together)
        self.apart.append(apart)


def _at(resources, kind: str, name):
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found.get(str(name)) if isinstance(found, Dictionary) else None


def _nothing(_letters: bytes) -> str:
    raise _Unknown


def _decoder(font) -> Decode:
    """How the letters of a font are read: by its own table, or by one that every reader of PDFs knows."""
    if not isinstance(font, Dictionary):
        return _nothing
    if isinstance(font.get("/ToUnicode"), Stream):
        return _by_table(bytes(font.ToUnicode.read_bytes()), 2 if font.get("/Subtype") == Name.Type0 else 1)
    encoding = font.get("/Encoding")
    if font.get("/Subtype") == Name.Type0 or isinstance(encoding, Dictionary):
        return _nothing
    known = _SIMPLE.get(str(encoding)) if encoding is not None else None
    if known is None and encoding is None and _BUILT_IN.search(str(font.get("/BaseFont", ""))):
        known = "cp1252"
    return (lambda letters: letters.decode(known)) if known else _nothing


def _by_table(table: bytes, width: int) -> Decode:
    text = table.decode("latin-1")
    letters: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, to in re.findall(r"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>", block):
            letters[int(code, 16)] = _letters(to)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, listed, to in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:\[(.*?)\]|<([0-9A-Fa-f]+)>)", block, re.DOTALL
        ):
            codes = range(int(first, 16), min(int(last, 16), 0xFFFF) + 1)
            if listed:
                for code, one in zip(codes, re.findall(r"<([0-9A-Fa-f]+)>", listed), strict=False):
                    letters[code] = _letters(one)
            else:
                begin = _letters(to)
                for at, code in enumerate(codes):
                    letters[code] = begin[:-1] + chr(min(ord(begin[-1]) + at, 0x10FFFF))

    def decode(drawn: bytes) -> str:
        if len(drawn) % width:
            raise _Unknown
        codes = [int.from_bytes(drawn[at : at + width], "big") for at in range(0, len(drawn), width)]
        if any(code not in letters or _is_no_letter(letters[code]) for code in codes):
            raise _Unknown
        return "".join(letters[code] for code in codes)

    return decode


def _letters(code: str) -> str:
    return bytes.fromhex("".join(code.split()).rjust(4, "0")).decode("utf-16-be")


def _is_no_letter(text: str) -> bool:
    """Whether a table says that nobody knows what a drawing is: the replacement sign, or a sign of its own."""
    return not text or any(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in text)
