"""The last section of docs/glossary.md: which classes each room has as its own words.

`.venv/bin/python docs/lint/vocabulary.py` writes it anew. What stands in the table of the glossary is left out.
"""

import ast
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs/glossary.md"
APPS = ["cases", "reporting", "organisations", "monitor", "vault", "jobs", "care"]
HEADING = "## Own words of each room"
SELF_EXPLAINING = re.compile(r"^_|(Form|Config|QuerySet|Manager|View|^Command)$")


def names_in_code(root: Path = ROOT) -> dict[str, dict[str, set[str]]]:
    """{app: {room: public classes}}. A room is a folder of the app; the app's own modules are `outside rooms`."""
    rooms: dict[str, dict[str, set[str]]] = {}
    for app in APPS:
        rooms[app] = {}
        for path in sorted((root / app).rglob("*.py")):
            inside = path.relative_to(root / app).parts
            if "migrations" in inside or "management" in inside:
                continue
            room = inside[0] if len(inside) > 1 else "outside rooms"
            classes = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]
            rooms[app].setdefault(room, set()).update(name for name in classes if not SELF_EXPLAINING.search(name))
    return rooms


def words_of_table(text: str) -> set[str]:
    """Every name in the third column of the table: `CaseTrack`, and of `Report.lane` both parts."""
    rows = [line.split("|") for line in text.split(HEADING)[0].splitlines() if line.startswith("|")]
    return {part for row in rows for name in re.findall(r"`([\w.]+)`", row[3]) for part in name.split(".")}


def vocabulary(text: str) -> dict[str, set[str]]:
    """{app: the names that stand in its lists}."""
    words: dict[str, set[str]] = {}
    for chapter in text.split(HEADING)[1].split("\n### ")[1:]:
        app, _, lists = chapter.partition("\n")
        words[app.strip()] = set(re.findall(r"\b[A-Z]\w*", re.sub(r"\*\*[^*]*\*\*", "", lists)))
    return words


def written_anew(text: str) -> str:
    table = words_of_table(text)
    introduction = text.split(HEADING)[1].split("\n### ")[0].strip()
    chapters = [text.split(HEADING)[0] + HEADING, introduction]
    for app, rooms in names_in_code().items():
        lists = [_line(room, names - table) for room, names in sorted(rooms.items()) if names - table]
        chapters.append(f"### {app}\n\n" + ("\n".join(lists) or "–"))
    return "\n\n".join(chapters) + "\n"


def _line(room: str, names: set[str]) -> str:
    return textwrap.fill(f"- **{room}**: {', '.join(sorted(names))}", 120, subsequent_indent="  ")


if __name__ == "__main__":
    GLOSSARY.write_text(written_anew(GLOSSARY.read_text("utf-8")), "utf-8")
    sys.exit(0)
