"""What docs/api.md shows, runs."""

import re

import pytest

from tests.support.services import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (ROOT / "docs/api.md").read_text()


def test_the_five_lines_of_python_run(editions, live_server, capsys):
    code = re.search(r"```python\n(.*?)```", TEXT, re.S)[1]
    assert len([line for line in code.splitlines() if line]) == 5
    exec(compile(code.replace("https://weerbaar.example", live_server.url), "docs/api.md", "exec"), {})  # noqa: S102
    shown = eval(capsys.readouterr().out)  # noqa: S307
    assert shown["Totaal"] > 0
    assert all(value % 5 == 0 for value in shown.values())


def test_every_address_that_is_named_answers(editions, get):
    named = re.findall(r"`(/(?:editions|indicators|dimensions|catalog)[^`]*)`", TEXT)
    asked = re.findall(r"weerbaar\.example/api/v1(/editions/[^\"'\s]*)", TEXT)
    assert len(named) > 8
    for path in [*named, *asked]:
        assert get(path).status_code == 200, path


def test_every_format_that_is_named_is_made(editions, get):
    for name, accept in re.findall(r"^\| `([a-z-]+)` \| `(application/[^`]*|text/[^`]*)` \|", TEXT, re.M):
        assert get(f"/editions/2025/tables/T2?format={name}").status_code == 200
        assert get("/editions/2025/tables/T2", Accept=accept).status_code == 200
