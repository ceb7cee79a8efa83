"""The message catalogues: nothing fuzzy, untranslated, left out, dead or with other placeholders. Exit status 1 otherwise.

django.po of Dutch has the words of the code, rules.po of every other language those of the rule files. A further language
may begin with a django.po that is not whole: what it lacks stands there in English.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from shutil import copytree, which

import polib

os.environ.setdefault("WEERBAAR_MODE", "test")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from docs.lint.rule_texts import rule_texts

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("LC_MESSAGES/django.po")
RULES = Path("LC_MESSAGES/rules.po")
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
    """Words in the code that the catalogue does not have, and entries that the code does not have. Needs gettext."""
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
    found = [f"not in the catalogue: {entry.msgid!r}" for entry in fresh.untranslated_entries() + fresh.fuzzy_entries()]
    return found + [f"nobody says: {entry.msgid!r}" for entry in fresh.obsolete_entries()]


def of_rules(catalogue: polib.POFile, wanted: Collection[tuple[str, str]]) -> list[str]:
    """What is wrong with a rules.po; `wanted`: (context, Dutch) of every text of the rule files."""
    known = [(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete]
    found = problems(catalogue)
    found += [f"not in the catalogue: {_named(text)}" for text in wanted if text not in known]
    found += [f"in no rule file: {_named(text)}" for text in known if text not in wanted]
    found += [f"twice in the catalogue: {_named(text)}" for text, times in Counter(known).items() if times > 1]
    return found


def of_language(language: str, wanted: Collection[tuple[str, str]]) -> list[str]:
    """What is wrong with the rules.po of a language, or that it has none."""
    path = ROOT / "locale" / language / RULES
    if not path.is_file():
        return [f"locale/{language}/{RULES} is not there; docs/develop/add-a-language.md says how it is made"]
    return of_rules(polib.pofile(str(path)), wanted)


def _named(text: tuple[str, str]) -> str:
    context, dutch = text
    return f"{dutch!r} ({context})" if context else repr(dutch)


def main() -> int:
    found = problems(polib.pofile(str(ROOT / "locale/nl" / CATALOGUE))) + left_out()
    wanted = rule_texts()
    for folder in sorted((ROOT / "locale").iterdir()):
        if folder.name != "nl":
            found += [f"{folder.name}: {problem}" for problem in of_language(folder.name, wanted)]
    sys.stdout.write("\n".join(found or ["the catalogues are complete"]) + "\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
