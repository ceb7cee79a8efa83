"""What `manage.py check --deploy` says about the machine."""

from reporting.checks import evidence_is_safe
from reporting.evidence import sandbox


def test_a_machine_without_walls_or_scanner_is_warned_of(settings, monkeypatch):
    settings.CLAMD = ""
    monkeypatch.setattr("reporting.checks.is_walled", lambda: False)
    assert [one.id for one in evidence_is_safe(None)] == ["reporting.W001", "reporting.W002"]
    settings.CLAMD = "unix:/run/clamav/clamd.ctl"
    monkeypatch.setattr("reporting.checks.is_walled", lambda: True)
    assert evidence_is_safe(None) == []


def test_without_bubblewrap_a_file_is_cleaned_all_the_same(monkeypatch):
    monkeypatch.setattr(sandbox, "_walls", list)
    assert sandbox.clean_file(b"een gewoon bericht").kind == "txt"
