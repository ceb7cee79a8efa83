"""A mistake in the rules of the figures is told by a check, and keeps nobody from reporting."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from monitor.rules import catalogue, factsheets, indicators, terms
from organisations.rule_files import ROOT, BadRules
from tests.support.reporter import receipt_of, send, to_summary

READ = [catalogue.catalogue, indicators.indicators, factsheets.factsheets, terms.hard_words]


@pytest.fixture
def broken_tables(monkeypatch, tmp_path):
    """tables.yaml with a population that does not exist. Returns the line of it."""
    text = (catalogue.HERE / "tables.yaml").read_text("utf-8")
    lines = text.splitlines()
    line = next(number for number, content in enumerate(lines, 1) if content.startswith("  T1:"))
    lines[line - 1] = lines[line - 1].replace("population: reports", "population: planets")
    (tmp_path / "tables.yaml").write_text("\n".join(lines))
    monkeypatch.setattr(catalogue, "HERE", tmp_path)
    for read in READ:
        read.cache_clear()
    yield line
    for read in READ:
        read.cache_clear()


def test_somebody_can_report_while_a_table_is_wrong(place, broken_tables):
    with pytest.raises(BadRules):
        catalogue.catalogue()
    client = Client()
    page = send(client, to_summary(client))
    assert page.status_code == 200
    assert receipt_of(page)


def test_the_check_names_file_and_line(broken_tables):
    with pytest.raises(SystemCheckError) as refused:
        call_command("check", "--tag", "rules")
    assert f"/tables.yaml:{broken_tables}: tables.T1.population: " in str(refused.value)
    assert "monitor.E001" in str(refused.value)


def test_the_rules_as_they_are_pass(capsys):
    call_command("check", "--tag", "rules")
    assert "no issues" in capsys.readouterr().out


def test_a_start_reads_no_rule_of_the_figures():
    """Nor does anything else at import: what was read is what the start of reporting asks for."""
    script = (
        "from pathlib import Path; read, was = [], Path.read_text\n"
        "Path.read_text = lambda self, *a, **k: (read.append(str(self)), was(self, *a, **k))[1]\n"
        "import django; django.setup()\n"
        "import weerbaar.urls\n"
        "print('\\n'.join(one for one in read if one.endswith('.yaml')))"
    )
    env = {**os.environ, "WEERBAAR_MODE": "test", "DJANGO_SETTINGS_MODULE": "weerbaar.settings"}
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    names = {path.removeprefix(f"{ROOT}/") for path in ran.stdout.split()}
    lists = {"organisations/codes.yaml", "reporting/codes.yaml"}
    assert names == {*lists, "reporting/counting/facts.yaml", "reporting/counting/numbers.yaml"}
