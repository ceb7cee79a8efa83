"""Pages can be followed: each command would run, and each example of docs/develop/ is what its rule file takes."""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from pydantic import TypeAdapter, ValidationError

from cases.protocol.composition import BlockDecision
from cases.protocol.kinds.deadline_kinds import DeadlineKind
from monitor.rules.indicators import Indicators
from organisations.access.policy import Rule
from reporting.questions.questions import Question
from tests.support.services import ROOT

PAGES = sorted((ROOT / "docs/develop").glob("*.md"))
ALL_PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *PAGES]
TESTS = re.compile(r"^def (test_\w+)", re.M)
BEGINNING = r"(?:WEERBAAR_MODE=demo )?(?:\./weer|manage\.py|\.venv/bin/python|bash)"
SHAPES = {
    "add-a-block": [dict[str, dict[str, BlockDecision]]],
    "add-a-deadline": [dict[str, DeadlineKind]],
    "add-a-question": [list[Question]],
    "add-a-role": [dict[str, Rule]],
    "add-an-indicator": [Indicators],
}


def commands(text: str) -> Iterator[str]:
    """What stands between backticks, or alone on a line of a shell example, and begins as a command of this repository."""
    for found in re.findall(rf"`([^`\n]+(?:\n[^`\n]+)?)`|^ *({BEGINNING} [^\n]+)$", text, re.M):
        command = " ".join((found[0] or found[1]).split(" #")[0].split())
        if re.match(rf"{BEGINNING}\b", command):
            yield command


def fault(command: str) -> str:
    """Why a command could not run as it stands; empty where it could."""
    program, *words = shlex.split(command.removeprefix("WEERBAAR_MODE=demo "))
    if program == "manage.py":
        program, words = "./weer", ["manage", *words]
    if program == ".venv/bin/python":
        module = words[0] == "-m"
        there = find_spec(words[1]) is not None if module else (ROOT / words[0]).is_file()
        return "" if there else f"no {words[1] if module else words[0]}"
    if program == "bash":
        return "" if (ROOT / words[0]).is_file() else f"no {words[0]}"
    known = re.findall(r"^ {4}(\w+)\) ", (ROOT / "weer").read_text(), re.M)
    if words and words[0] not in known:
        return f"./weer has no {words[0]}"
    if words[:1] == ["manage"] and len(words) > 1 and words[1] not in {"COMMAND", "…", "help"}:
        return "" if words[1] in get_commands() else f"no command {words[1]}"
    return _of_tests(words[1:]) if words[:1] == ["test"] else ""


def _of_tests(words: list[str]) -> str:
    chosen = words[words.index("-k") + 1] if "-k" in words else ""
    paths = [ROOT / word for word in words if word.startswith("tests/") and "…" not in word]
    if lost := [path.relative_to(ROOT) for path in paths if not path.exists()]:
        return f"no {lost[0]}"
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("test_*.py")))]
    names = [f"{file.name} {name}" for file in files for name in TESTS.findall(file.read_text())]
    parts = [part for part in chosen.split(" or ") if part]
    unknown = [part for part in parts if not any(part in name for name in names)]
    return f"no test of {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_would_run(page: Path):
    wrong = {command: why for command in commands(page.read_text()) if (why := fault(command))}
    assert not wrong


def test_every_recipe_names_its_proof_and_stands_in_the_table():
    table = (ROOT / "docs/develop/README.md").read_text()
    for page in PAGES:
        if page.stem in {"README", "tests"}:
            continue
        assert re.search(r"^\*\*(Proof:|The tests that prove it)", page.read_text(), re.M), page.name
        assert f"({page.name})" in table or page.stem == "add-a-page-of-a-case", page.name


def _examples(text: str) -> list[object]:
    return [yaml.safe_load(found) for found in re.findall(r"^ *```yaml\n(.*?)^ *```", text, re.M | re.S)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_is_what_its_rule_file_takes(page: Path):
    examples, shapes = _examples(page.read_text()), SHAPES.get(page.stem, [])
    assert len(examples) == len(shapes), "name the shape of each example in SHAPES"
    for example, shape in zip(examples, shapes, strict=True):
        TypeAdapter(shape).validate_python(example)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("./weer test tests/house/test_recipes.py -k 'recipe or example'", ""),
        ("./weer test tests/house -k 'recipe or nowhere_at_all'", "no test of nowhere_at_all"),
        ("./weer test tests/house/test_nothing.py", "no tests/house/test_nothing.py"),
        ("./weer manage keep_protocols", "no command keep_protocols"),
        ("./weer fly", "./weer has no fly"),
        ("manage.py fly", "no command fly"),
        ("WEERBAAR_MODE=demo ./weer manage fly", "no command fly"),
        (".venv/bin/python docs/lint/nothing.py", "no docs/lint/nothing.py"),
        (".venv/bin/python -m tests.fixtures.nothing", "no tests.fixtures.nothing"),
    ],
)
def test_the_check_of_commands_finds_what_would_not_run(command, why):
    assert fault(command) == why


def test_an_example_that_is_stale_is_found():
    with pytest.raises(ValidationError, match="person"):
        TypeAdapter(BlockDecision).validate_python({"label": "Hoor", "done_by": {"person": "Wie is gehoord"}})
