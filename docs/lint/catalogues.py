"""The message catalogues: nothing fuzzy, untranslated, left out or with other placeholders. Exit status 1 otherwise."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree, which

import polib

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def problems(catalogue: polib.POFile) -> list[str]:
    found = [f"fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    found += [f"untranslated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    for entry in catalogue.translated_entries():
        wanted = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            if not set(PLACEHOLDER.findall(text)) <= wanted:
                found.append(f"other placeholders: {entry.msgid!r}")
        whole = "".join(entry.msgstr_plural.values()) or entry.msgstr
        if wanted - set(PLACEHOLDER.findall(whole)):
            found.append(f"placeholder missing: {entry.msgid!r}")
    return found


def left_out() -> list[str]:
    """Words in the code that the catalogue does not have. Needs gettext."""
    if not which("xgettext"):
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        copytree(
            ROOT,
            copy,
            ignore=lambda _path, names: {n for n in names if n in {".venv", ".git", "var", "static", "tests"}},
        )
        command = [sys.executable, "manage.py", "makemessages", "-l", "nl", "--no-location", "-v0"]
        subprocess.run(command, cwd=copy, check=True)
        fresh = polib.pofile(str(copy / "locale/nl" / CATALOGUE))
    return [f"not in the catalogue: {entry.msgid!r}" for entry in fresh.untranslated_entries() + fresh.fuzzy_entries()]


def main() -> int:
    found = problems(polib.pofile(str(ROOT / "locale/nl" / CATALOGUE))) + left_out()
    sys.stdout.write("\n".join(found or ["the Dutch catalogue is complete"]) + "\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
