"""An interim measure against somebody inside: none can be recorded without what an ombudsman asks of it, and the file shows it."""

import pytest
from django.urls import reverse

from cases.models import Proposal
from cases.protocol.kinds.forms import record_forms
from tests.support.build import a_case, a_place, posted, walk
from tests.support.papers_page import officer_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
ASKED = {  # {answer to whether they were heard: what must be said with it}
    "before": ["what", "facts", "heard", "heard_words", "proportion", "stays", "ground", "remedy", "review", "until"],
    "after": ["what", "facts", "heard", "acute", "proportion", "stays", "ground", "remedy", "review", "until"],
}


def test_no_interim_measure_can_be_recorded_without_any_of_what_an_ombudsman_asks():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    address = reverse("cases:decision", args=[case.id, "take_interim_measure"])
    for heard, asked in ASKED.items():
        given = {"record-1-heard": heard, "record-1-acute": "" if heard == "before" else "Bewijs kon verdwijnen."}
        given["record-1-heard_words"] = "Hij zag het anders." if heard == "before" else ""
        for name in [*(f"record-1-{name}" for name in asked), "person", "reason"]:
            sent = posted(case, "take_interim_measure", **{**given, name: ""})
            assert officer_of(case).post(address, sent).status_code == 422, (heard, name)
        assert not Proposal.objects.exists()
        assert set(asked) <= set(record_forms()["interim"].fields)
    assert officer_of(case).post(address, posted(case, "take_interim_measure")).status_code == 302
    assert Proposal.objects.get().code == "take_interim_measure"


def test_the_file_shows_it_and_the_hearing_list_says_whether_the_person_was_heard():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    record = case.records.get(form="interim")
    assert record.party == case.parties.get(part="person_concerned")
    assert record.attended
    assert record.review_on <= record.until
    page = words_of(officer_of(case).get(reverse("cases:records", args=[case.id])))
    for field in ("facts", "proportion", "stays", "remedy", "review"):
        assert str(record_forms()["interim"].fields[field].label) in page
    assert "Voorlopige maatregel" in words_of(officer_of(case).get(reverse("cases:parties", args=[case.id])))
