"""What people at work do in a history: they write, come, go, marry, hand over, answer and link."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.judging import options_of
from cases.file.contact.messages import write_to_reporter
from cases.file.notes import write_note, write_todo
from cases.models import Case, Transfer
from cases.people.colleague import hand_over, may_give
from cases.people.concerned import questions_of, say_concerned, say_somebody_else
from cases.people.departure.leaving import cases_to_hand_on, end_role, hand_on
from cases.people.handover import colleagues
from cases.people.hearing import CONCERNED, MENTIONED, answer_about, named_people
from cases.people.not_free import declare_conflict
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from cases.related.connections import add_name, link
from cases.related.joining import join, separate
from organisations.access.bars import NOT_FREE, is_barred, suspended_in
from organisations.access.policy import Actor
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint, be_away, declare_relation, take_office
from organisations.people.naming import check_names, fingerprint, former_names_of
from tests.support.histories.sending import codes_of
from tests.support.histories.spelling import sentence_about, spelled, whole_name

if TYPE_CHECKING:
    from tests.support.histories.history import History


REASON = "Zo is het met beiden besproken."
_NEW_SURNAMES = (("", "Terpstra"), ("van der", "Linden"), ("", "Kok"), ("", "Schäfer"))


def _writes(history: History, slot: int, chance: Random) -> None:
    """A note, a to-do, a message or a reason of somebody of the case."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader")
    if not case or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    what = chance.choice(["note", "note", "todo", "message", "reason"])
    if person.id == actor.person.id:
        return
    meant = chance.random() < 0.6
    text = sentence_about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    about = CONCERNED
    if not meant:
        if not history.nobody_meant_is_called_so(slot, person):
            return
        text = f"Besproken met {whole_name(person)}."
        named = [reader.id for reader in named_people(case, text, actor.person.id)]
        about = answer_about(case, MENTIONED, named, writer=actor.person.id)
    if what == "note":
        write_note(case, text, kind="note", actor=actor, token=_token(chance), about=about)
    elif what == "todo":
        write_todo(case, text, due=None, whom=None, actor=actor, token=_token(chance), about=about)
    elif what == "message":
        write_to_reporter(case, text, actor=actor, token=uuid4(), about=about)
    else:
        option = next((option for option in options_of(case) if option.allowed), None)
        if option is None:
            return
        decide(case, Choice(option.code, reason=text), actor=actor, revision=case.revision, about=about)
    if meant:
        history.is_meant(slot, person)
        if person.id not in history.held[slot]:
            history.only_mentioned.setdefault(slot, set()).add(person.id)


def _token(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _name_recorded(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    if person.id != actor.person.id:
        add_name(case, spelled(person, chance, field=True), actor=actor)
        history.is_meant(slot, person)


def _appoint(history: History, slot: int, chance: Random) -> None:
    person, organisation = history.someone(chance), chance.choice(history.world.organisations)
    code = chance.choice(
        ["officer", "officer", "coordinator", "confidential_adviser", "chair", "administrator", "reception"]
    )
    appoint(person, organisation, code)


def _office(history: History, slot: int, chance: Random) -> None:
    """An acting mayor, another secretary, somebody new at the ministry."""
    person, today = history.someone(chance), timezone.localdate()
    organisation, code = chance.choice(
        [
            (history.world.town, "mayor"),
            (history.world.town, "general_secretary"),
            (history.world.town, "registrar"),
            (history.world.province, "kc_cabinet"),
            (history.world.ministry, "ministry_desk"),
        ]
    )
    take_office(person, organisation, code, since=today)


def _leaves(history: History, slot: int, chance: Random) -> None:
    """Somebody loses one of what they hold, and somebody else may get it."""
    person, yesterday = history.someone(chance), timezone.localdate() - timedelta(days=1)
    held = [*person.roles.on(timezone.localdate()), *person.functions.on(timezone.localdate())]
    held = sorted((row for row in held if row.held_from <= yesterday), key=lambda row: row.code)
    if held:
        end_role(chance.choice(held), by=None)


def _away(history: History, slot: int, chance: Random) -> None:
    today = timezone.localdate()
    be_away(history.someone(chance), history.world.town, today, today + timedelta(days=chance.randrange(1, 30)))


def _related(history: History, slot: int, chance: Random) -> None:
    """Somebody tells to be related to somebody. Whoever is meant chooses no handlers with it."""
    person, other = history.someone(chance), history.someone(chance)
    if person == other:
        return
    declare_relation(person, history.world.town, other, "partner")
    for number, meant in history.about.items():
        if other.id in meant and codes_of(other):
            history.is_meant(number, person, soon=True)


def _renamed(history: History, slot: int, chance: Random) -> None:
    """Somebody marries, and takes another name."""
    person = Person.objects.get(id=history.someone(chance).id)
    prefix, surname = chance.choice(_NEW_SURNAMES)
    parts = replace(person.parts, prefix=prefix, surname=surname)
    by = history.world.named("Fatima")
    check_names(
        person.id, parts, former_names_of(person), organisation=history.world.town, by=by, seen=fingerprint(person)
    )
    history.people = [Person.objects.get(id=other.id) if other.id == person.id else other for other in history.people]


def _second_row(history: History, slot: int, chance: Random) -> None:
    """One human, entered a second time with another address."""
    person = history.someone(chance)
    if person.id in history.twins:
        return
    twin = Person.objects.create_person(person.parts, f"tweede-{person.email}")
    history.people.append(twin)
    history.twins |= {person.id: twin.id, twin.id: person.id}
    appoint(twin, history.world.town, chance.choice(["officer", "coordinator"]))
    for number, meant in history.about.items():
        if person.id in meant:
            history.is_meant(number, twin, soon=True)


def _newcomer(history: History, slot: int, chance: Random) -> None:
    """Somebody new is entered and appointed: often one whom a report named before they worked here."""
    strangers = sorted((number, parts) for number, parts in history.strangers.items())
    if not strangers:
        return
    number, parts = chance.choice(strangers)
    person = Person.objects.create_person(parts, f"nieuw{len(history.people)}@stad.demo")
    history.people.append(person)
    appoint(person, chance.choice(history.world.organisations[:2]), chance.choice(["officer", "coordinator"]))
    history.is_meant(number, person, soon=True)


def _ends_by_date(history: History, slot: int, chance: Random) -> None:
    """The last day of what somebody holds was yesterday, as it was said long before. The daily job comes now or later."""
    person, yesterday = history.someone(chance), timezone.localdate() - timedelta(days=1)
    held = [*person.roles.on(timezone.localdate()), *person.functions.on(timezone.localdate())]
    held = sorted((row for row in held if row.held_from <= yesterday), key=lambda row: row.code)
    if not held:
        return
    row = chance.choice(held)
    row.held_to = yesterday
    row.save(update_fields=["held_to"])
    if chance.random() < 0.5:
        hand_on_what_ended()


def hand_on_what_ended() -> None:
    """What the daily job does."""
    for case in sorted(cases_to_hand_on()):
        hand_on(case)


def _hand_over(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or not actors:
        return
    actor, to = chance.choice(actors), colleagues(case)
    rows = Assignment.objects.holding().filter(case=case.id, relation__in=["case_officer", "co_reader"])
    given = [row for row in sorted(rows, key=lambda row: row.relation) if may_give(actor, case, row)]
    if given and to:
        comes = chance.choice(sorted(to, key=lambda successor: successor.person.email)).person.id
        hand_over(case, chance.choice(given).id, comes, actor=actor, reason=REASON)


def _transfer(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    where = sorted(destinations(case), key=lambda successor: successor.organisation.name) if case else []
    if case and len(actors) > 1 and where and not case.transfers.filter(state=Transfer.State.ASKED).exists():
        asked = ask_transfer(case, chance.choice(where).organisation.id, actor=actors[0], reason=REASON)
        decide_transfer(asked, actor=actors[1], agree=True)


def _not_free(history: History, slot: int, chance: Random) -> None:
    """Said of oneself it is final; of somebody else, a second one decides."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader", "support")
    running = Assignment.objects.holding().filter(case=case.id).select_related("person") if case else []
    running = sorted(running, key=lambda row: (row.relation, row.person.email))
    if not (case and actors and running):
        return
    row, actor = chance.choice(running), chance.choice(actors)
    said = declare_conflict(case, row.id, actor=actor, grounds=["relative"], reason=REASON)
    if said == "final":
        history.is_meant(slot, row.person)


def _answers(history: History, slot: int, chance: Random) -> None:
    """Somebody of the case says honestly whether it concerns somebody who is out of it."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader")
    if not case or not actors:
        return
    actor = chance.choice(actors)
    for question in questions_of(case, actor):
        is_meant = history.is_about(slot, question.person.id)
        if question.is_in and not is_meant:
            continue
        if is_meant or suspended_in(question.row).why == NOT_FREE:
            say_concerned(case, question.row.id, actor=actor)
            history.is_meant(slot, question.person)
        else:
            say_somebody_else(case, question.row.id, REASON, actor=actor)
        return


def _link(history: History, slot: int, chance: Random) -> None:
    """Two cases are linked, handled together, or handled apart again."""
    other = chance.choice([number for number in (0, 1, 2) if number != slot])
    if other not in history.reports or other in history.without:
        return
    case, second = history.case(slot), history.case(other)
    actors = history.insiders(slot, "handler", "case_officer")
    if not (case and second and actors):
        return
    actor, what = chance.choice(actors), chance.choice(["link", "join", "join", "separate"])
    case_of = {slot: case.id, other: second.id}
    if what == "link":
        link(case, second.id, "same_matter", actor=actor)
        for here, there in ((slot, other), (other, slot)):  # whoever is out of one is out of both
            known = history.about.get(here, set())
            out = [person for person in history.people if person.id in known and is_barred(case_of[here], person.id)]
            if out:
                history.is_meant(there, *out)
    elif what == "join":
        for handled in (case, second):
            _registered(handled, actor)
        join(case, second.id, actor=actor)
    else:
        separate(case, actor=actor)


def _registered(case: Case, actor: Actor) -> None:
    for code in ("acknowledge", "assess"):
        if code in {option.code for option in options_of(case) if option.allowed}:
            decide(case, Choice(code, reason=REASON), actor=actor, revision=case.revision)
            case.refresh_from_db()


OF_PEOPLE = {
    "writes": _writes,
    "name recorded": _name_recorded,
    "appoint": _appoint,
    "office": _office,
    "leaves": _leaves,
    "away": _away,
    "related": _related,
    "renamed": _renamed,
    "second row": _second_row,
    "newcomer": _newcomer,
    "ends by date": _ends_by_date,
    "hand over": _hand_over,
    "transfer": _transfer,
    "not free": _not_free,
    "answers": _answers,
    "link": _link,
}
