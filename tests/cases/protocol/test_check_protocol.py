"""The command that checks a protocol in a file."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.support.services import ROOT

EXAMPLES = ROOT / "cases/protocol/examples"


def _check(path: Path) -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command("check_protocol", str(path), "--format", "json", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_fair_protocol_ends_with_zero(path):
    assert _check(path) == (0, {"protocol": "integrity", "fair": True, "findings": []})


def test_an_unfair_one_names_the_rule(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("of: integrity\nchanges: {deadline_lengths: {ACK_7D: 30}}\n")
    status, said = _check(file)
    assert status == 1
    assert "statute" in {finding["rule"] for finding in said["findings"]}


@pytest.mark.parametrize("text", ["", "of: gossip", "of: [", "changes: {}", "of: integrity\nchanges: {gossip: 1}"])
def test_what_is_no_protocol_is_refused(tmp_path, text):
    file = tmp_path / "p.yaml"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("check_protocol", str(file))
