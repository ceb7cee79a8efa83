"""Promises about people of a case and their papers pages: whoever is named there and works the case is out."""

from uuid import uuid4

from django.utils import timezone

from cases.models import Bundle, Case, Party
from cases.parties.asking import answer
from cases.parties.bundles import open_bundle
from cases.parties.entries import EntryWords, put, write_back
from cases.parties.opened import open_by_code
from cases.parties.parties import PartyWords, add_party, end_party
from cases.people.hearing import CONCERNED
from tests.support.barred import run_due
from tests.support.histories.sending import opened
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import WHY, must_be_out, part_of

NAMED = "Karim de Vries nam het."


def whoever_has_the_name_of_a_party_is_out(world: World) -> None:
    case = opened(world)
    _party(case, PartyWords("Karim de Vries"))
    must_be_out(case, world["Vries"])


def whoever_is_named_beside_a_party_is_out(world: World) -> None:
    case = opened(world)
    _party(case, PartyWords("Mevrouw Q. Zonnedauw", role=NAMED), CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_the_end_of_a_party_is_about_is_out(world: World) -> None:
    case = opened(world)
    party = _party(case, PartyWords("Mevrouw Q. Zonnedauw"))
    end_party(case, party.id, NAMED, actor=part_of(case, "handler"), about=CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_the_purpose_of_a_page_is_about_is_out(world: World) -> None:
    case = opened(world)
    _page(case, NAMED, CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_a_message_on_a_page_is_about_is_out(world: World) -> None:
    case = opened(world)
    bundle, _code = _page(case, WHY)
    put(bundle, EntryWords(NAMED), actor=part_of(case, "handler"), token=b"page", about=CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_an_answer_on_a_page_is_about_is_out(world: World) -> None:
    case = opened(world)
    bundle, code = _page(case, WHY)
    box = open_by_code(code)
    assert box
    write_back(box, "Mag ik komen praten?", token=b"asks", kind="request", right="be_heard")
    asked = bundle.entries.get(right="be_heard")
    answer(bundle, asked.id, NAMED, actor=part_of(case, "handler"), token=b"page", about=CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_a_person_names_on_a_page_is_out(world: World) -> None:
    case = opened(world)
    _bundle, code = _page(case, WHY)
    box = open_by_code(code)
    assert box
    write_back(box, NAMED, token=b"page")
    run_due()
    must_be_out(case, world["Vries"])


def _party(case: Case, words: PartyWords, about: str = "") -> Party:
    return add_party(case, "victim", words, actor=part_of(case, "handler"), token=uuid4(), about=about)


def _page(case: Case, purpose: str, about: str = "") -> tuple[Bundle, str]:
    party = _party(case, PartyWords("Mevrouw Q. Zonnedauw"))
    return open_bundle(case, party.id, purpose, timezone.localdate(), actor=part_of(case, "handler"), about=about)
