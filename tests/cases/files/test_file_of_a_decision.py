"""A decision that asks a file: one of the case of that kind, or a new one added on its page; the deed keeps which."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.deciding.decisions import Choice, decide, decisions_taken
from cases.deciding.deeds import Attached, Deed
from cases.deciding.proposals import proposals_of
from cases.desk.refusals import Refused
from cases.files.files import strike_file
from cases.models import AddedFile, Case
from cases.protocol.definitions import DoneBy
from cases.protocol.kinds.file_kinds import file_kinds
from tests.cases.files.test_files import a_file, a_zip
from tests.support.build import REASON, a_case, a_place, posted, signed_in, walk, who
from tests.support.evidence import evidence_store
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
TO_FINDING = ("register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed", "hear")
CODE = "draft_ready"


@pytest.fixture
def case(tmp_path, settings) -> Case:
    evidence_store(tmp_path, settings)
    case = walk(a_case(a_place(), "integrity"), *TO_FINDING)
    case.decisions.update(
        done_at=datetime(2026, 1, 2, 12, tzinfo=UTC)
    )  # so that a file of three days later can be of it
    return case


def _page(case: Case, client: Client, **fields):
    """The page of the decision, sent with its own hidden fields."""
    url = reverse("cases:decision", args=[case.id, CODE])
    page = fields.pop("page", None) or client.get(url)
    hidden = dict(re.findall(r'type="hidden" name="(file_\w+|revision)" value="([^"]*)"', page.content.decode()))
    sent = {"file": "new", "file_kind": "draft_report", "file_on": "2026-01-05", "reason": REASON}
    return client.post(url, sent | hidden | fields)


def _officer(case: Case) -> Client:
    return signed_in(who(case.id, "case_officer").person)


def _deed(case: Case) -> dict[str, str]:
    taken = next(one for one in decisions_taken(case, who(case.id, "case_officer")) if one.decision.code == CODE)
    return dict(taken.details)


def test_a_new_file_is_added_and_the_decision_taken_in_one_step(case):
    client = _officer(case)
    chosen = SimpleUploadedFile("concept.txt", b"Bevindingen")
    assert _page(case, client, file_new=chosen, file_title="Concept van maart").status_code == 302
    row = case.files.get()
    assert (row.kind, row.source) == ("draft_report", "bureau")
    assert _deed(case)["Bestand"] == "Bestand 1: Conceptrapport, 5 januari 2026"
    case.refresh_from_db()
    assert case.phase == "right_of_reply"


def test_a_file_of_the_case_is_chosen_by_its_number_and_only_of_the_kind_that_is_asked(case):
    a_file(case, kind="police_mail")
    a_file(case, kind="draft_report")
    client = _officer(case)
    offered = client.get(reverse("cases:decision", args=[case.id, CODE])).content.decode()
    assert "Conceptrapport, 5 januari 2026" in offered
    assert "Bericht van politie of OM, " not in offered
    assert _page(case, client, file="1").status_code == 422
    assert _page(case, client, file="2").status_code == 302
    assert _deed(case)["Bestand"].startswith("Bestand 2: Conceptrapport")


def test_a_decision_that_is_refused_adds_nothing_and_loses_no_file(case):
    client = _officer(case)
    page = _page(case, client, file_new=SimpleUploadedFile("concept.txt", b"Bevindingen"), file_on="")
    assert page.status_code == 422
    assert "concept.txt" in words_of(page)
    assert not AddedFile.objects.exists()
    assert _page(case, client, page=page).status_code == 302  # not chosen again
    assert case.files.count() == 1


def test_no_file_a_bad_one_and_another_kind_are_refused_at_the_field(case):
    client = _officer(case)
    assert "Kies eerst een bestand." in words_of(_page(case, client))
    page = _page(case, client, file_new=SimpleUploadedFile("a.zip", a_zip()))
    assert "Pak het uit" in words_of(page)
    page = _page(case, client, file_new=SimpleUploadedFile("a.txt", b"Iets"), file_kind="police_mail")
    assert page.status_code == 422
    assert not AddedFile.objects.exists()


def test_a_stale_page_adds_no_file(case):
    client = _officer(case)
    page = _page(case, client, file_new=SimpleUploadedFile("a.txt", b"Iets"), revision="0")
    assert page.status_code == 422
    assert not AddedFile.objects.exists()
    assert _page(case, client, page=page).status_code == 302


def test_a_struck_file_and_a_number_of_nothing_show_no_deed(case):
    a_file(case, kind="draft_report")
    strike_file(case, 1, reason="Dit is een ander rapport.", actor=who(case.id, "case_officer"))
    for number in ("1", "7", "", "x"):
        with pytest.raises(Refused):
            decide(
                case,
                Choice(CODE, REASON, deed=Deed(file=Attached(number))),
                actor=who(case.id, "case_officer"),
                revision=case.revision,
            )


def test_a_proposal_keeps_its_file_and_who_agrees_sees_which(case):
    client = _officer(case)
    url = reverse("cases:decision", args=[case.id, "stop_investigation"])
    sent = posted(case, "stop_investigation") | {"file": "new", "file_kind": "other", "file_on": "2026-01-05"}
    answer = client.post(url, sent | {"file_new": SimpleUploadedFile("stand.txt", b"Tot hier")})
    assert answer.status_code == 302, words_of(answer)
    proposed = proposals_of(case, who(case.id, "handler"))[0]
    assert dict(proposed.details)["Bestand"].startswith(f"Bestand {case.files.latest('number').number}: Iets anders")


def test_an_unknown_kind_is_refused_by_name_when_the_rule_is_read():
    with pytest.raises(ValueError, match="'diary'"):
        DoneBy(file="Het dagboek", file_kinds=["diary"])
    with pytest.raises(ValueError, match="not asked"):
        DoneBy(file_kinds=["report"])
    assert all(kind.comes_from in file_kinds().sources for kind in file_kinds().kinds.values())
