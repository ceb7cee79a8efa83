"""What the page of a decision offers and asks, and what it does not ask in a case of this kind or twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cases.models import Case
from cases.parties.parties import PartyWords, add_party
from organisations.models import Assignment
from tests.support.build import a_case, a_place, posted, signed_in, walk, who
from tests.support.pages import fields_of, values_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
TO_REPLY = ("acknowledge", "register", "accept", "investigate", "internal", "inform_subject", "signed", "draft_ready")


def _client(case: Case):
    return signed_in(who(case.id, "case_officer").person)


def _page(case: Case, code: str):
    return _client(case).get(reverse("cases:decision", args=[case.id, code]))


@pytest.mark.parametrize(("kind", "to", "code"), [("aggression", (), "assess"), ("integrity", ("register",), "accept")])
def test_who_is_asked_whether_they_are_free_can_say_there_that_they_are_not(kind, to, code):
    case = walk(a_case(a_place(), kind), "acknowledge", *to)
    mine = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
    address = reverse("cases:conflict", args=[case.id, mine.id])
    page = html.fromstring(_page(case, code).content)
    assert "Zeg dat ik niet vrij sta" in "".join(page.xpath(f"//a[@href='{address}']//text()"))
    assert _client(case).get(address).status_code == 200
    assert not html.fromstring(_page(case, "give_feedback").content).xpath(f"//a[@href='{address}']")


def test_a_police_report_of_an_integrity_case_asks_of_no_victim():
    place = a_place()
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "may_be_criminal")
    page = _page(case, "report_at_once")
    assert "overkwam" not in words_of(page)
    assert not {"record-1-mode", "record-1-complaint"} & set(fields_of(page))
    assert "victim" not in values_of(page, "record-1-by_whom")
    sent = _client(case).post(
        reverse("cases:decision", args=[case.id, "report_at_once"]), posted(case, "report_at_once")
    )
    assert sent.status_code == 302
    safety = walk(a_case(place), "acknowledge", "offer_police_report", "may_be_criminal")
    assert {"record-1-mode", "record-1-complaint"} <= set(fields_of(_page(safety, "report_at_once")))


def test_the_prosecution_is_not_asked_anew_who_they_are():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "may_be_criminal")
    client, address = _client(case), reverse("cases:decision", args=[case.id, "consult_prosecution"])
    asked = {"record-1-person": "Officier 12", "record-1-asked": "Mogen wij zelf onderzoeken?"}
    assert client.post(address, posted(case, "consult_prosecution", **asked)).status_code == 302
    given = fields_of(_page(case, "prosecution_releases"))
    assert {name: given[name].strip() for name in asked} == asked
    assert not given["record-1-answer"].strip()


def test_a_draft_is_sent_with_one_day_and_begins_with_whom_it_is_about():
    case = walk(a_case(a_place(), "integrity"), *TO_REPLY)
    added = []
    for name in ("Mevrouw B. Voorbeeld", "De heer C. Voorbeeld"):
        officer = who(case.id, "case_officer")
        added.append(str(add_party(case, "person_concerned", PartyWords(name), actor=officer, token=uuid4()).id))
    page = _page(case, "send_extracts")
    given = fields_of(page)
    whom = [given[f"record-{number}-whom"] for number in (1, 2)]
    assert set(added) <= set(whom) | {given.get("record-3-whom")}
    assert not {"document_on", "document_way"} & set(given)
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    rows = {name: value for name, value in given.items() if name.startswith("record-")}
    rows |= {name: moment for name in rows if name.endswith("-at")} | {
        name: "letter" for name in rows if name.endswith("-way")
    }
    sent = rows | {
        "revision": given["revision"],
        "document": "elsewhere",
        "document_where": "Een brief in het archief.",
        "reason": "",
    }
    assert _client(case).post(page.request["PATH_INFO"], sent).status_code == 302
    again = fields_of(_page(case, "send_extracts"))
    assert [again[f"record-{number}-whom"] for number in (1, 2)] == whom
    without = _client(case).post(page.request["PATH_INFO"], sent | {"record-1-way": "", "revision": case.revision + 1})
    assert without.status_code == 422


def _errors(page) -> list[tuple[str, str]]:
    """(words, the field to which they lead) of the list above a form, in its order."""
    links = html.fromstring(page.content).xpath("//div[@role='alert']//li/a")
    return [(" ".join(link.text_content().split()), link.get("href").lstrip("#")) for link in links]


def test_every_error_names_its_question_and_leads_to_its_field_in_the_order_of_the_page(place):
    case = walk(a_case(place), "acknowledge", "assess", "medium")
    tomorrow = (timezone.localdate() + timedelta(days=9)).isoformat()
    sent = {"revision": case.revision, "reason": "", "record-2-what": "Camera", "record-2-until": "2020-01-01"}
    sent |= {"record-1-what": "", "record-1-who": "", "record-1-until": tomorrow}
    page = _client(case).post(reverse("cases:decision", args=[case.id, "adopt"]), sent)
    assert page.status_code == 422
    errors = _errors(page)
    assert [where for _words, where in errors][:4] == [
        "record-1-what",
        "record-1-who",
        "record-2-who",
        "record-2-until",
    ]
    for (words, _where), named in zip(
        errors, ["1. Vul “Wat?”", "1. Vul “Wie voert", "2. Vul “Wie", "2. “Tot en met”: "], strict=False
    ):
        assert words.startswith(named), words
    document = html.fromstring(page.content)
    for _words, where in errors:
        assert document.xpath(f"//main//*[@id='{where}']"), where


@pytest.mark.parametrize("code", ["assess", "care_first"])
def test_what_is_left_out_of_a_record_is_said_with_its_question(place, code):
    case = walk(a_case(place), "acknowledge")
    page = _client(case).post(
        reverse("cases:decision", args=[case.id, code]), {"revision": case.revision, "reason": "", "record-1-ties": ""}
    )
    asked = html.fromstring(page.content)
    for words, where in _errors(page):
        label = " ".join(asked.xpath(f"//label[@for='{where}']/text()")[0].split())
        assert label in words


def test_a_button_never_names_a_letter_or_a_police_report_that_is_only_recorded():
    place = a_place()
    for kind in ("aggression", "integrity", "pressure"):
        rules = dict(a_case(place, kind).protocol.every_decision())
        assert "send_outsider_measure" in rules
        for code, rule in rules.items():
            if rule.done_by.document or rule.done_by.record == "police_report":
                assert not str(rule.label).startswith(("Stuur", "Doe aangifte")), code


def test_the_page_says_what_it_does_itself_and_what_it_only_records():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low")
    sends_none = "Deze pagina verstuurt geen brief."
    only_text = "Alleen de tekst aan de melder kan vanaf hier uitgaan."
    letter = words_of(_page(case, "respond_letter"))
    assert sends_none in letter
    assert only_text in letter
    talk = words_of(_page(case, "respond_talk"))
    assert sends_none not in talk
    assert "Hier legt u vast wat er is gebeurd, en wanneer. Deze pagina doet dat niet voor u." in talk
    offer = words_of(_page(case, "offer_police_report"))
    assert "Hier legt u vast" not in offer
    assert sends_none not in offer


@pytest.mark.parametrize(
    ("kind", "to", "code", "labels"),
    [
        ("aggression", [], "acknowledge", ["Wanneer sprak u elkaar?", "Met wie?", "Hoe hoort de melder het?"]),
        (
            "integrity",
            ["acknowledge", "register"],
            "inform_subject",
            ["Welke brief is het, en waar wordt die bewaard?", "Naam", "Wat heeft deze persoon met de zaak te maken?"],
        ),
    ],
)
def test_what_can_be_needed_is_not_called_optional(kind, to, code, labels):
    case = walk(a_case(a_place(), kind), *to)
    page = words_of(signed_in(who(case.id, "case_officer").person).get(reverse("cases:decision", args=[case.id, code])))
    for label in labels:
        assert label in page
        assert f"{label} (hoeft niet)" not in page
    assert "Reden (hoeft niet)" in page
