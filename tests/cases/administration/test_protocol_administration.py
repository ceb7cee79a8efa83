"""The pages on which an organisation composes its protocol (stories S14 and S15)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.administration.adoption import Unread, in_force, move_to, publish, save
from cases.administration.forms import ProtocolForm
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import OwnProtocol
from cases.protocol.composition import ProtocolChanges, blocks, compose, examples, national
from cases.protocol.floor import with_floor
from tests.support.build import a_case, a_place, walk, who
from tests.support.paper import language_and_title, tags_of
from vault import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _data(base: str = "integrity", changes: ProtocolChanges | None = None, revision: int = 0, **fields):
    """What the page posts."""
    form = ProtocolForm(
        None, base=base, changes=changes or ProtocolChanges(), revision=revision, organisation="voorbeeldstad"
    )
    data = {}
    for name in form.fields:
        value = form.initial.get(name)
        if value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = value
    return {**data, **fields}


@pytest.mark.both
def test_the_page_saves_and_the_adopted_version_runs_from_its_day(place):
    admin = place.client("administrator")
    answer = admin.post("/beheer/protocol/integrity/", _data(**{"length-WEIGH_10WD": 5, "save": "1"}))
    assert answer.status_code == 302
    assert in_force(place.organisation, "integrity") is None, "saved is not adopted"
    assert "5" in admin.get("/beheer/protocol/integrity/vaststellen/").content.decode()
    day = timezone.localdate()
    admin.post(
        "/beheer/protocol/integrity/vaststellen/",
        {"publish": "1", "revision": 1, "effective_on": f"{day:%Y-%m-%d}", "organisation": "voorbeeldstad"},
    )
    case = walk(a_case(place, "integrity"), "register", "accept")
    assert case.own_protocol is not None
    assert case.protocol.deadline_lengths == {"WEIGH_10WD": 5}


def test_zero_days_for_the_right_of_reply_and_more_than_seven_days_are_refused_by_name(place):
    """Story S14: the rule is named, and the protocol in force stays."""
    admin = place.client("administrator")
    answer = admin.post(
        "/beheer/protocol/integrity/", _data(**{"length-REBUTTAL_10WD": 0, "length-ACK_7D": 14, "save": "1"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-rule="deadline_length"' in page
    assert 'data-rule="statute"' in page
    assert 'value="14"' in page, "what was typed stays"
    assert not OwnProtocol.objects.exists()


def test_checking_keeps_nothing(place):
    admin = place.client("administrator")
    answer = admin.post("/beheer/protocol/integrity/", _data(check="1"))
    assert answer.status_code == 200
    assert "wb-yes" in answer.content.decode()
    fragment = admin.post("/beheer/protocol/integrity/controle/", _data(**{"length-FEEDBACK_3M": 9}))
    assert 'data-rule="statute"' in fragment.content.decode()
    assert not OwnProtocol.objects.exists()


def test_a_stale_page_overwrites_nothing(place):
    admin = place.client("administrator")
    admin.post("/beheer/protocol/integrity/", _data(**{"length-WEIGH_10WD": 5, "save": "1"}))
    answer = admin.post("/beheer/protocol/integrity/", _data(**{"length-WEIGH_10WD": 7, "save": "1"}))
    assert answer.status_code == 422
    assert 'value="7"' in answer.content.decode(), "what was typed stays"
    assert OwnProtocol.objects.get().changes["deadline_lengths"] == {"WEIGH_10WD": 5}
    again = admin.post("/beheer/protocol/integrity/", _data(revision=1, **{"length-WEIGH_10WD": 7, "save": "1"}))
    assert again.status_code == 302


def test_a_page_made_for_another_organisation_changes_nothing_here(place):
    admin = place.client("administrator")
    answer = admin.post(
        "/beheer/protocol/integrity/", _data(organisation="elders", **{"length-WEIGH_10WD": 5, "save": "1"})
    )
    assert answer.status_code == 422
    assert not OwnProtocol.objects.exists()
    admin.post("/beheer/protocol/integrity/", _data(**{"length-WEIGH_10WD": 5, "save": "1"}))
    admin.post("/beheer/protocol/integrity/vaststellen/", {"drop": "1", "organisation": "elders"})
    assert OwnProtocol.objects.exists()


def test_drop_throws_away_only_what_was_being_written(place):
    admin = place.client("administrator")
    admin.post("/beheer/protocol/integrity/", _data(**{"length-WEIGH_10WD": 5, "save": "1"}))
    admin.post("/beheer/protocol/integrity/vaststellen/", {"drop": "1", "organisation": "voorbeeldstad"})
    assert not OwnProtocol.objects.exists()


@pytest.mark.parametrize("path", ["", "integrity/", "integrity/vaststellen/", "integrity/document/landelijk/"])
def test_only_the_administrator_composes(place, path):
    assert place.client("officer").get(f"/beheer/protocol/{path}").status_code == 403


@pytest.mark.parametrize("path", ["gossip/", "integrity/document/7/", "integrity/document/gossip/"])
def test_what_is_not_there_is_not_found(place, path):
    assert place.client("administrator").get(f"/beheer/protocol/{path}").status_code == 404


@pytest.mark.parametrize("name", list(examples()))
def test_an_example_fills_in_the_page_and_can_be_saved(place, name):
    admin = place.client("administrator")
    base, _title, changes = examples()[name]
    assert admin.get(f"/beheer/protocol/{base}/?voorbeeld={name}").status_code == 200
    answer = admin.post(f"/beheer/protocol/{base}/", _data(base, changes, save="1"))
    assert answer.status_code == 302, answer.content.decode()
    kept = ProtocolChanges.model_validate(OwnProtocol.objects.get().changes)
    assert compose(base, kept) == compose(base, changes)


def _adopt(place, changes: ProtocolChanges, revision: int = 0) -> OwnProtocol:
    administrator = place.actor("administrator")
    save(administrator, "integrity", changes, revision=revision)
    return publish(administrator, "integrity", revision=revision + 1, effective_on=timezone.localdate())


@pytest.mark.both
def test_a_running_case_keeps_its_version_until_its_handler_goes_on_with_the_new_one(place):
    case = a_case(place, "integrity")
    own = _adopt(place, ProtocolChanges(deadline_lengths={"WEIGH_10WD": 5}))
    case.refresh_from_db()
    assert case.protocol == with_floor(national("integrity"))
    officer = place_client(case, "case_officer")
    page = officer.get(f"/werkplek/zaak/{case.id}/protocol/").content.decode()
    assert "10" in page
    answer = officer.post(f"/werkplek/zaak/{case.id}/protocol/", {"revision": case.revision})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.own_protocol == own
    walk(case, "register", "accept")


def test_a_case_in_a_step_that_goes_finishes_it_first(place):
    case = walk(a_case(place, "integrity"), "register", "accept", "preliminary_inquiry")
    own = _adopt(place, ProtocolChanges(chosen={"preliminary_inquiry": False}))
    with pytest.raises(Refused):
        move_to(case, own, actor=who(case.id, "case_officer"), revision=case.revision)


def test_a_version_of_tomorrow_is_not_in_force_today(place):
    administrator = place.actor("administrator")
    save(administrator, "integrity", ProtocolChanges(deadline_lengths={"WEIGH_10WD": 5}), revision=0)
    tomorrow = timezone.localdate() + timedelta(days=1)
    own = publish(administrator, "integrity", revision=1, effective_on=tomorrow)
    assert in_force(place.organisation, "integrity") is None
    assert in_force(place.organisation, "integrity", tomorrow) == own


def place_client(case, relation: str):
    from tests.support.build import signed_in

    return signed_in(who(case.id, relation).person)


def test_the_printed_protocol_says_what_runs(place):
    """Story S15: every step, decision and term that the engine runs is in the document."""
    _adopt(
        place,
        ProtocolChanges(
            deadline_lengths={"WEIGH_10WD": 5}, texts={"talk": "Wij spreken elkaar eerst aan."}, adopted_by="de raad"
        ),
    )
    page = place.client("administrator").get("/beheer/protocol/integrity/document/1/").content.decode()
    protocol = compose("integrity", ProtocolChanges(deadline_lengths={"WEIGH_10WD": 5}))
    for phase in protocol.phases.values():
        assert phase.title.dutch in page
    for _code, decision in protocol.every_decision():
        if decision.to or decision.outcome:
            assert decision.label.dutch in page or decision.to in {"on_hold", "withdrawn"}, decision.label.dutch
    assert "Wij spreken elkaar eerst aan." in page
    assert "de raad" in page
    chosen = [block for block in blocks("integrity").values() if not block.optional or block.chosen]
    assert page.count("<h2>") == 1 + len(chosen) + 4, "the purpose, an article for every chosen block, four annexes"


def test_the_pdf_is_tagged_and_has_language_title_and_alternative_texts(place):
    """Story S15: PDF/UA, by an own check of what a screen reader needs."""
    answer = place.client("administrator").get("/beheer/protocol/integrity/document/landelijk/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    language, title = language_and_title(answer.content)
    assert language == "nl"
    assert "Protocol integriteit" in title
    tags, figures = tags_of(answer.content)
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/Figure"} <= tags
    assert figures
    assert all(figures), "every picture has an alternative text"


MARKED = "Wederhoor vindt niet plaats."
IN_ORDER = ["Alle regels zijn", "aan alle regels"]
ADOPT = "/beheer/protocol/integrity/vaststellen/"


def _says_in_order(page: str) -> bool:
    return "wb-yes" in page or any(words in page for words in IN_ORDER)


def _written(place, text: str):
    """The administrator, with a saved draft in which the article of the right of reply is this text."""
    admin = place.client("administrator")
    answer = admin.post("/beheer/protocol/integrity/", _data(**{"text-right_of_reply": text, "save": "1"}))
    assert answer.status_code == 302
    return admin


@pytest.mark.parametrize("path", ["", "controle/"])
def test_an_own_sentence_against_a_rule_is_quoted_and_nothing_says_that_all_is_in_order(place, path):
    sent = _data(**{"text-right_of_reply": f"Ieder leest het concept. {MARKED}", "check": "1"})
    page = place.client("administrator").post(f"/beheer/protocol/integrity/{path}", sent).content.decode()
    assert "data-marked=" in page
    assert f"“{MARKED}”" in page
    assert not _says_in_order(page)


def test_what_an_organisation_wrote_itself_is_never_called_in_order_by_a_program(place):
    admin = place.client("administrator")
    national_text = admin.post("/beheer/protocol/integrity/", _data(check="1")).content.decode()
    assert "Alle regels zijn in orde" in national_text
    own = _data(**{"text-right_of_reply": "Ieder leest het eigen deel van het concept.", "check": "1"})
    page = admin.post("/beheer/protocol/integrity/", own).content.decode()
    assert "Alle regels zijn in orde" not in page
    assert "geen programma" in page


def test_the_draft_prints_the_marked_sentence_apart_and_the_adopted_document_does_not(place):
    admin = _written(place, f"Ieder leest het concept. {MARKED}")
    page = admin.get("/beheer/protocol/integrity/document/concept/").content.decode()
    assert "Een mens moet dit lezen" in page
    assert f"“{MARKED}”" in page
    assert "Een mens moet dit lezen" not in admin.get("/beheer/protocol/integrity/document/landelijk/").content.decode()


@pytest.mark.both
def test_a_marked_sentence_is_adopted_only_by_somebody_who_read_it_and_the_ledger_keeps_that(place):
    admin = _written(place, f"Ieder leest het concept. {MARKED} Nazorg blijft bij ons achterwege.")
    page = admin.get(ADOPT).content.decode()
    assert not _says_in_order(page)
    both = re.findall(r'data-marked="(\w+)"', page)
    assert len(both) == 2
    sent = {
        "publish": "1",
        "revision": 1,
        "organisation": "voorbeeldstad",
        "effective_on": f"{timezone.localdate():%Y-%m-%d}",
    }
    for read in ([], both[:1], ["0" * 12]):
        answer = admin.post(ADOPT, {**sent, "read": read})
        assert answer.status_code == 422
        assert in_force(place.organisation, "integrity") is None
    assert admin.post(ADOPT, {**sent, "read": both}).status_code == 302
    assert in_force(place.organisation, "integrity") is not None
    event = next(
        one for one in ledger.entries(place.organisation.id) if one.action == CaseEvent.PROTOCOL_PUBLISHED.value
    )
    assert event.detail["read"].split(",") == both


def test_nothing_is_adopted_around_the_page_while_a_marked_sentence_is_not_read(place):
    administrator = place.actor("administrator")
    save(administrator, "integrity", ProtocolChanges(texts={"right_of_reply": MARKED}), revision=0)
    with pytest.raises(Unread):
        publish(administrator, "integrity", revision=1, effective_on=timezone.localdate())
    assert in_force(place.organisation, "integrity") is None


@pytest.mark.both
def test_who_handles_a_case_reads_what_the_newer_version_changes(place):
    case = a_case(place, "integrity")
    _adopt(place, ProtocolChanges(deadline_lengths={"REBUTTAL_10WD": 15}))
    page = place_client(case, "case_officer").get(f"/werkplek/zaak/{case.id}/protocol/").content.decode()
    assert "“Verwerk de reacties” vraagt voortaan: Niet eerder dan 15 werkdagen" in page
    assert "“Verwerk de reacties” vraagt niet meer: Niet eerder dan 10 werkdagen" in page
