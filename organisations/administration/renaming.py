"""Another name takes two people, whoever it is.

Whoever is known by another name is compared with every case at once, and loses those in which that name stands; so does
whoever declared to be related to them. An administrator whom a case is about could else take it from its handler alone, by
giving the handler, or a relative of theirs, a name of the report, or leave it with a handler whom it is about, or who is
related to whom it is about, by taking away the name that stands in it. What needs a second person follows from the words of the
name alone: what somebody is, whether there are cases, and in which of them the name stands, tells nothing.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from organisations.access.name_rules import name_rules
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one
from organisations.desk.refusals import Refused
from organisations.events import OrganisationEvent
from organisations.job_kinds import OrganisationJob
from organisations.models import NameAsked, Organisation, Person, Role
from organisations.name_parts import NameParts
from organisations.names import plain
from organisations.people.naming import check_names, fingerprint, former_names_of, former_that_stay
from vault import ledger

SECONDS = ("administrator", "coordinator", "chair")  # admin.agree in organisations/policy.yaml
WAITS = timedelta(days=7)  # an older request is no request: what was true when it was asked may have changed
Surnames = Collection[tuple[str, str]]


@transaction.atomic
def rename(person: UUID, parts: NameParts, former: Surnames, *, actor: Actor, seen: str) -> bool:
    """Keep the names of somebody as checked, or ask a second person first. Whether they were kept. Raises Refused, and
    NamesChangedMeanwhile as :func:`check_names`."""
    row = Person.objects.get(id=person)
    if fingerprint(row) == seen and needs_two(row, parts, former, actor.person):
        _ask(row, parts, former, actor)
        return False
    check_names(person, parts, former, organisation=actor.organisation, by=actor.person, seen=seen)
    NameAsked.objects.filter(person=person).delete()
    return True


def needs_two(person: Person, parts: NameParts, former: Surnames, by: Person) -> bool:
    """Whether somebody would be known by a word less, a word more, or a word in another part. With one less, whoever is related
    to them, or is appointed later, could read what is about them. With one more, they would lose the cases in which it stands, or
    whoever declared to be related to them would. It is so for everybody: were it asked only of who reads or has a relative who
    does, it would tell who that is."""
    stays = former_that_stay(person, former, by)
    told = _words(parts, stays)
    return _known(person, told) != told


@transaction.atomic
def agree(asked: NameAsked, *, actor: Actor, shown: str) -> None:
    """A second person agrees: the names are kept. `shown`: :func:`digest` of what their page showed. Raises Refused."""
    asked = NameAsked.objects.select_for_update(of=("self",)).select_related("person").get(id=asked.id)
    if digest(asked) != shown:
        raise Refused(_("Meanwhile something else is asked than your page showed. Look at the names below again."))
    if rows_of_one(asked.asked_by_id, [actor.person.id]):
        raise Refused(_("You asked this yourself. Somebody else must agree."))
    if rows_of_one(asked.person_id, [actor.person.id]):
        raise Refused(_("This is about yourself, so somebody else must agree."))
    former = [(prefix, surname) for prefix, surname in asked.names["former"]]
    check_names(
        asked.person_id,
        NameParts(**asked.names["parts"]),
        former,
        organisation=actor.organisation,
        by=actor.person,
        seen=asked.seen,
    )
    asked.delete()


def digest(asked: NameAsked) -> str:
    """Of what is asked and by whom, so that nobody agrees with what was exchanged after they looked."""
    return hashlib.sha256(
        json.dumps([str(asked.asked_by_id), asked.seen, asked.names], sort_keys=True).encode()
    ).hexdigest()


def still_asked(organisation: Organisation | None = None) -> list[NameAsked]:
    """What waits for a second person, there or everywhere: what is not too old, and of a name that did not change since."""
    rows = NameAsked.objects.filter(asked_on__gte=timezone.localdate() - WAITS)
    rows = rows.select_related("person", "organisation", "asked_by")
    rows = rows.filter(organisation=organisation) if organisation else rows
    return [row for row in rows if fingerprint(row.person) == row.seen]


def seconds(person: Person | None, organisation: Organisation, asker: Person) -> list[Person]:
    """Who can agree with what the asker wants of somebody (None: of nobody at work), by name: neither of the two, under
    whatever row."""
    held = Role.objects.on(timezone.localdate()).filter(organisation=organisation, code__in=SECONDS)
    can = list(Person.objects.filter(id__in=held.values("person"), is_active=True).exclude(email=None).order_by("name"))
    ids = [one.id for one in can]
    same = {one for known in (person, asker) if known for one in rows_of_one(known.id, ids)}
    return [one for one in can if one.id not in same]


def _ask(person: Person, parts: NameParts, former: Surnames, actor: Actor) -> None:
    if not seconds(person, actor.organisation, actor.person):
        raise Refused(
            _("Nobody else here can agree with this. Let somebody else become administrator or coordinator first.")
        )
    names = {"parts": asdict(parts), "former": [list(pair) for pair in former]}
    asked, _new = NameAsked.objects.update_or_create(
        person=person,
        defaults={
            "organisation": actor.organisation,
            "asked_by": actor.person,
            "asked_on": timezone.localdate(),
            "names": names,
            "seen": fingerprint(person),
        },
    )
    enqueue(
        OrganisationJob.NAME_ASKED, asked.id, key=f"{OrganisationJob.NAME_ASKED}:{asked.id}:{asked.asked_on:%Y%m%d}"
    )
    ledger.record(actor.organisation.id, OrganisationEvent.NAME_ASKED, actor=actor.person.id, person=str(person.id))


def _words(parts: NameParts, former: Surnames) -> set[tuple[str, str]]:
    """(part, word) of every word by which somebody is looked for, and of every letter that can stand for a given name. A word
    means what its part says: as a prefix nobody looks for it, so Bos as a prefix is not Bos as a surname."""
    given = plain(parts.given_names).split()
    letters = {letter for letter in (*plain(parts.initials), *(word[0] for word in given)) if letter.isalpha()}
    words = {("given", word) for word in given} | {("letter", letter) for letter in letters}
    for prefix, surname in (*parts.surnames, *former):
        own = plain(surname).split()
        names = [word for word in own if word not in name_rules().prefixes] or own
        words |= {("surname", word) for word in names}
        words |= {("prefix", word) for word in (*plain(prefix).split(), *own) if word not in names}
    return words


def _known(person: Person, told: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The same of the name as it is. Where nobody checked the parts, each other word of the whole name counts too: in the
    part in which it is told now, and else as a surname, which it may be."""
    words = _words(person.parts, former_names_of(person))
    if person.names_checked:
        return words
    parted, rules = {word for _part, word in words}, name_rules()
    for word in plain(person.name).split():
        placed = {(part, word) for part in ("surname", "given", "prefix") if (part, word) in told}
        if word in parted:
            continue
        if not word[1:]:
            words.add(("letter", word))
        elif rules.is_no_name(word) or any(part != "prefix" for part, _word in placed):
            words |= placed
        else:
            words |= placed | {("surname", word)}
        if ("given", word) in placed:
            words |= {("letter", word[0])}
    return words
