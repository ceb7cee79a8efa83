"""Write our style sheets with one declaration a line.

    python3 docs/lint/styles.py            names the files that are not written so, and ends with 1
    python3 docs/lint/styles.py --write    writes them so

Only where lines end is changed: what a browser reads stays the same.
"""

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "static").glob("*.css"))
MOST = 120
TOKEN = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'|[{};()\[\],]|\s+|[^{};()\[\],\s\"'/]+|/", re.S)


def parts_of(text: str) -> list[tuple[str, str]]:
    """The sheet as (kind, words): comment, open (what stands before a brace), close, declaration. A comment inside words
    stays there."""
    parts: list[tuple[str, str]] = []
    words, depth = "", 0
    for piece in TOKEN.findall(text):
        if piece.startswith("/*") and not words.strip():
            newline = parts and "\n" not in words and parts[-1][0] == "declaration"
            parts.append(("beside" if newline else "comment", piece))
        elif piece == "{" and not depth:
            parts.append(("open", tidy(words)))
        elif piece in ";}" and not depth:
            if tidy(words):
                parts.append(("declaration", tidy(words)))
            if piece == "}":
                parts.append(("close", ""))
        else:
            depth += (piece in "([") - (piece in ")]")
            words += piece
            continue
        words = ""
    return parts


def tidy(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def split(words: str, sign: str) -> list[str]:
    """At the signs that stand in no brackets, no string and no comment."""
    found, depth = [""], 0
    for piece in TOKEN.findall(words):
        depth += (piece in "([") - (piece in ")]")
        if piece == sign and not depth:
            found.append("")
        else:
            found[-1] += piece
    return [part.strip() for part in found]


def wrapped(words: str, indent: str, sign: str, end: str) -> list[str]:
    """In as many lines as it needs, ended where there is a comma, or else a blank."""
    if len(indent + words + end) <= MOST:
        return [indent + words + end]
    pieces = [f"{part}{sign}" for part in split(words, sign)]
    pieces[-1] = pieces[-1].removesuffix(sign)
    if len(pieces) == 1:
        pieces = words.split(" ")
    lines = [indent]
    for piece in pieces:
        if lines[-1].strip() and len(f"{lines[-1]} {piece}{end}") > MOST:
            lines.append(f"{indent}  ")
        lines[-1] += piece if not lines[-1].strip() else f" {piece}"
    return [*lines[:-1], lines[-1] + end]


def selector(words: str, indent: str) -> list[str]:
    """A selector a line; a condition of a medium as it is."""
    if words.startswith("@"):
        return wrapped(words, indent, ",", " {")
    parts = split(words, ",")
    lines = [line for part in parts[:-1] for line in wrapped(part, indent, " ", ",")]
    return lines + wrapped(parts[-1], indent, " ", " {")


def comment(words: str, indent: str) -> list[str]:
    """A comment filled into lines of its own."""
    return textwrap.wrap(tidy(words), MOST, initial_indent=indent, subsequent_indent=f"{indent}   ")


def written(text: str) -> str:
    lines: list[str] = []
    level, last = 0, ""
    for kind, words in parts_of(text):
        indent = "  " * level
        begins = kind == "open" or kind == "comment"
        if begins and last in {"close", "declaration"}:
            lines.append("")
        if kind == "beside" and len(f"{lines[-1]} {tidy(words)}") <= MOST:
            lines[-1] += f" {tidy(words)}"
        elif kind in {"comment", "beside"}:
            lines += comment(words, indent)
        elif kind == "open":
            lines += selector(words, indent)
            level += 1
        elif kind == "close":
            level -= 1
            lines.append("  " * level + "}")
        else:
            name, colon, value = words.partition(":")
            said = f"{name.strip()}: {value.strip()}" if colon and not words.startswith("@") else words
            lines += wrapped(said, indent, ",", ";")
        last = kind
    return "\n".join(lines) + "\n"


def main() -> int:
    wrong = [sheet for sheet in SHEETS if written(sheet.read_text("utf-8")) != sheet.read_text("utf-8")]
    for sheet in wrong:
        if "--write" in sys.argv:
            sheet.write_text(written(sheet.read_text("utf-8")), "utf-8")
        else:
            sys.stdout.write(f"{sheet.relative_to(ROOT)}: run docs/lint/styles.py --write\n")
    return 1 if wrong and "--write" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
