"""Templates, styles and scripts are written in lines that can be read and compared."""

import re
import runpy
import subprocess
import sys

import pytest

from tests.support.services import ROOT

STYLES = runpy.run_path(str(ROOT / "docs/lint/styles.py"))
MOST = STYLES["MOST"]
OURS = [
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted((ROOT / "static").glob("*.css")),
    *sorted((ROOT / "static").glob("*.js")),
]


def test_no_line_is_longer_than_an_editor_is_wide():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MOST
    ]
    assert len(OURS) > 150
    assert not long


def test_style_sheets_have_one_declaration_a_line():
    ended = subprocess.run(
        [sys.executable, "docs/lint/styles.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize(
    ("sheet", "lines"),
    [
        ("a{b:c;d:e}", "a {\n  b: c;\n  d: e;\n}\n"),
        ("a,b>c{d:e} /* why */", "a,\nb>c {\n  d: e;\n}\n\n/* why */\n"),
        ("a:is(b, c){d:f(1, 2)} @media (x){e{f:g}}", "a:is(b, c) {\n  d: f(1, 2);\n}\n\n@media (x) {\n  e {\n    f: g;\n  }\n}\n"),
        ('a{b:url("data:;{}");/* one */c:d}', 'a {\n  b: url("data:;{}"); /* one */\n  c: d;\n}\n'),
    ],
)  # fmt: skip
def test_a_sheet_is_written_in_lines(sheet, lines):
    assert STYLES["written"](sheet) == lines
    assert STYLES["written"](lines) == lines


def test_every_class_of_ours_has_a_style_and_every_style_a_user():
    """A class that was renamed in one of both places only loses its look without anybody noticing."""
    sheets = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in (ROOT / "static").glob("*.css"))
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "weerbaar").rglob("*.py"),
        *(ROOT / "static").glob("*.js"),
    ]
    sources += [
        path for app in ("cases", "reporting", "monitor", "organisations") for path in (ROOT / app).rglob("*.py")
    ]
    styled = set(re.findall(r"\.(wb-[\w-]+)", sheets))
    named = set(re.findall(r"\bwb-[\w-]*", "".join(path.read_text() for path in sources)))
    begun = tuple(name for name in named if name.endswith("-"))  # the rest of the name comes from a variable
    assert {name for name in named - set(begun) if name not in styled} == set()
    assert {name for name in styled - named if not name.startswith(begun)} == set()
