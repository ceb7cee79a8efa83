"""The signed acknowledgement, checked without us."""

import base64
import contextlib

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from reporting.form.acknowledgement import acknowledgement, check_acknowledgement, key_text
from reporting.pdf import can_make_pdf
from tests.support.build import a_report
from tests.support.paper import fonts_of
from tests.support.reporter import act, come_back, press, send, to_summary
from vault.models import SealedText

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(place):
    return a_report(place, account="Geheim verhaal over de wethouder.")


def test_it_says_number_and_day_and_nothing_of_the_report(reported, place):
    report, _receipt = reported
    text = acknowledgement(report)
    assert report.number in text
    assert str(report.received_on) in text
    assert "wethouder" not in text
    assert check_acknowledgement(text, base64.b64decode(key_text(place.organisation.id))).is_authentic


def test_an_anonymous_one_names_the_week_only(place):
    report, _receipt = a_report(place, known_as="anonymous")
    assert f"Week van: {report.received_on}" in acknowledgement(report)


@pytest.mark.parametrize("change", [("Dag: 2", "Dag: 1"), ("Nummer: ", "Nummer: X"), ("SHA-256 van", "SHA-256  van")])
def test_a_changed_word_is_found(reported, place, change):
    report, _receipt = reported
    changed = acknowledgement(report).replace(*change)
    public = base64.b64decode(key_text(place.organisation.id))
    with contextlib.suppress(ValueError):  # so changed that it is none any more
        assert not check_acknowledgement(changed, public).is_authentic


def test_the_reporter_gets_it_after_sending_and_in_the_mailbox(place, tmp_path, capsys):
    client = Client()
    page = to_summary(client)
    done = send(client, page)
    answer = press(client, done, "ack_text")
    assert "attachment" in answer["Content-Disposition"]
    file = tmp_path / "ontvangst.txt"
    file.write_bytes(answer.content)
    call_command("verify_acknowledgement", str(file), key=key_text(place.organisation.id))
    assert "authentic" in capsys.readouterr().out


def test_the_pdf_carries_the_same_and_is_accessible(reported, place, tmp_path, capsys):
    assert can_make_pdf()
    _report, receipt = reported
    client = Client()
    answer = act(client, come_back(client, receipt), "ack_pdf")
    assert answer["Content-Type"] == "application/pdf"
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("nl")
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert "pdfuaid" in document.Root.Metadata.read_bytes().decode()
    fonts = fonts_of(answer.content)
    assert all(fonts.values())
    assert any(name.startswith("Source-Sans-3") for name in fonts)
    file = tmp_path / "ontvangst.pdf"
    file.write_bytes(answer.content)
    call_command("verify_acknowledgement", str(file))
    assert "the sealed text is unchanged" in capsys.readouterr().out


def test_a_sealed_text_that_was_changed_later_is_found(reported, tmp_path):
    report, _receipt = reported
    file = tmp_path / "a.txt"
    file.write_text(acknowledgement(report))
    row = SealedText.objects.get(case=report.case, compartment="content", purpose="answers")
    row.ciphertext = bytes(row.ciphertext)[:-1] + b"x"
    row.save()
    with pytest.raises(CommandError):
        call_command("verify_acknowledgement", str(file))


def test_the_key_of_another_organisation_does_not_fit(reported, place, tmp_path):
    report, _receipt = reported
    file = tmp_path / "a.txt"
    file.write_text(acknowledgement(report))
    other = place.others["province"].organisation
    with pytest.raises(CommandError):
        call_command("verify_acknowledgement", str(file), key=key_text(other.id))


def test_the_public_key_is_on_a_page(place):
    page = Client().get("/voorbeeldstad/sleutel/")
    assert key_text(place.organisation.id) in page.content.decode()
