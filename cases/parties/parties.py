"""People of a case who do not work it: written down by who works it, compared with everybody who could come to know of it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import Refused, reason_of
from cases.events import CaseEvent
from cases.models import Case, Party
from cases.parties.bundles import end_of_party, pass_bundle
from cases.people.barring import end_parts
from cases.people.hearing import hear
from cases.people.words.purposes import PARTY, PARTY_ENDED
from cases.protocol.kinds.parts import parts
from organisations.access.policy import Actor
from organisations.access.recusal import Circle
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from reporting.form.persons.marks import put_name
from reporting.form.persons.weighing import weigh
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.models import SealedText

MOST_PARTIES = 200
MIN_NAME = 2


@dataclass(frozen=True)
class PartyWords:
    """What is written of a person of the case. `role`: what they are, such as an office or a firm; `contact`: how to reach
    them."""

    name: str
    role: str = ""
    contact: str = ""

    @property
    def beside_name(self) -> str:
        return "\n".join(filter(None, [self.role, self.contact]))


@dataclass(frozen=True)
class OpenedParty:
    """A person of the case with the opened words. `because`: why they no longer count, empty where they do."""

    party: Party
    words: PartyWords
    because: str = ""
    speaks_for: str = ""  # the name of the party for whom this one acts

    @property
    def part(self) -> str:
        return str(parts()[self.party.part].label)

    def __str__(self) -> str:
        return f"{self.words.name} ({self.part})"

    @property
    def can_have_page(self) -> bool:
        """Whether somebody in this part can get a papers page."""
        return parts()[self.party.part].mailbox

    def can_be(self, wanted: Collection[str]) -> bool:
        """Whether they count, in one of these parts of parts.yaml."""
        return not self.party.is_ended and self.party.part in wanted


@transaction.atomic
def add_party(
    case: Case,
    part: str,
    words: PartyWords,
    *,
    actor: Actor,
    token: UUID,
    speaks_for: UUID | None = None,
    corrects: UUID | None = None,
    about: str = "",
) -> Party:
    """Write down somebody of the case, in a part of parts.yaml. Whoever works the case and has that name, or may have it, is
    kept out until people look. The same page (`token`) sent twice writes one (:func:`sent_before`). `speaks_for`: another party; `corrects`: the
    one whose place this takes. Unless this is surely the same person, the papers pages of who acts for them end with theirs.
    `about` as for :func:`hear`. Raises NotAllowed, AskFirst and :class:`Refused`."""
    case, key = opened_file(case, actor, "case.note")
    if existing := sent_before(case.parties.all(), token):
        return existing[0]
    if part not in parts():
        raise Refused(_("Choose in which part this person belongs to the case."), "part")
    if len(words.name.strip()) < MIN_NAME:
        raise Refused(_("Write the name, or how this person is called in the case."), "name")
    spoken_for = _spoken_for(case, part, speaks_for if speaks_for != corrects else None)
    wrong = _counting(case).filter(id=corrects).first() if corrects else None
    if corrects and wrong is None:
        raise Refused(_("This person was changed meanwhile. Here is how it stands."))
    if wrong and parts()[part].speaks_for and _counting(case).filter(speaks_for=wrong).exists():
        raise Refused(_("Somebody speaks for this person. End that first."), "part")
    number = next_number(case.parties.all())
    if number > MOST_PARTIES:
        raise Refused(_("There are %(count)d people in this case already.") % {"count": MOST_PARTIES})
    named = Circle(names=(words.name,)) if parts()[part].is_about else Circle(parties=(words.name,))
    weigh(case.report, named, writer=actor.person.id, together=case.ids_together())
    row = Party.objects.create(
        case=case,
        number=number,
        part=part,
        words=write_text(key, PARTY, json.dumps(asdict(words), ensure_ascii=False)).id,
        speaks_for=spoken_for,
        corrects=wrong,
        added_by=actor.person,
        token=token,
    )
    if wrong:
        if _is_same(wrong, row, words, key):
            row.is_same = True
            row.save(update_fields=["is_same"])
            pass_bundle(wrong, row)
        _end(wrong, actor, None)
        _go_on_for(wrong, row, actor)
    if parts()[part].marked:
        put_name(case.id, case.report.organisation, words.name)
    ledger.record(case.id, CaseEvent.PARTY_ADDED, actor=actor.person.id, part=part, number=number)
    hear(case, words.beside_name, about, actor=actor)
    end_parts(case)
    return row


@transaction.atomic
def end_party(case: Case, party: UUID, reason: str, *, actor: Actor, about: str = "") -> None:
    """Somebody no longer counts as a person of the case; what was recorded of them stays. Raises NotAllowed, AskFirst and
    :class:`Refused`."""
    case, key = opened_file(case, actor, "case.note")
    row = _counting(case).filter(id=party).first()
    if row is None:
        raise Refused(_("This person was changed meanwhile. Here is how it stands."))
    reason = reason_of(reason)
    if _counting(case).filter(speaks_for=row).exists():
        raise Refused(_("Somebody speaks for this person. End that first."), "reason")
    _end(row, actor, write_text(key, PARTY_ENDED, reason).id)
    hear(case, reason, about, actor=actor)


def parties_of(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[OpenedParty]:
    """Everybody of the case in the order in which they were written down, those who no longer count too. The caller has asked
    `may(actor, "case.file", case)`. `sealed`: texts of the file by their id that were looked up already."""
    rows = list(case.parties.select_related("added_by", "ended_by"))
    if not rows:
        return []
    key = file_key(case, actor)
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, PARTY, PARTY_ENDED)
    words = {row.id: PartyWords(**json.loads(read_text(key, sealed[row.words]))) for row in rows}
    return [
        OpenedParty(
            row,
            words[row.id],
            read_text(key, sealed[row.ended_because]) if row.ended_because else "",
            words[row.speaks_for_id].name if row.speaks_for_id else "",
        )
        for row in rows
    ]


def _go_on_for(wrong: Party, row: Party, actor: Actor) -> None:
    """Whoever acted for a person acts for who takes their place. Where that may be somebody else, they are written down anew:
    their papers page ends, and what was put there was not for the person who comes."""
    for speaker in _counting(row.case).filter(speaks_for=wrong):
        if row.is_same:
            speaker.speaks_for = row
            speaker.save(update_fields=["speaks_for"])
            continue
        again = Party.objects.create(
            case=row.case,
            number=next_number(row.case.parties.all()),
            part=speaker.part,
            words=speaker.words,
            speaks_for=row,
            corrects=speaker,
            added_by=actor.person,
            token=uuid4(),
        )
        _end(speaker, actor, None)
        ledger.record(row.case_id, CaseEvent.PARTY_ADDED, actor=actor.person.id, part=again.part, number=again.number)


def _counting(case: Case):
    return case.parties.filter(ended_at=None)


def _spoken_for(case: Case, part: str, speaks_for: UUID | None) -> Party | None:
    """The party for whom somebody acts. Raises :class:`Refused` where the part asks one and there is none."""
    if not parts()[part].speaks_for:
        return None
    row = _counting(case).filter(id=speaks_for).exclude(part__in=speaking()).first() if speaks_for else None
    if row is None:
        raise Refused(_("Choose for whom this person acts."), "speaks_for")
    return row


def speaking() -> list[str]:
    """The parts in which somebody acts for another one of the case."""
    return [code for code, part in parts().items() if part.speaks_for]


def _is_same(wrong: Party, row: Party, words: PartyWords, key: ContentKey) -> bool:
    """Whether who was written down anew is surely the same person, who may read on: the name, the part and for whom they act
    stay."""
    before = PartyWords(**json.loads(read_text(key, sealed_by_id(wrong.case_id, Compartment.FILE, PARTY)[wrong.words])))
    same = (wrong.part, wrong.speaks_for_id) == (row.part, row.speaks_for_id)
    return same and " ".join(before.name.split()) == " ".join(words.name.split())


def _end(row: Party, actor: Actor, because: UUID | None) -> None:
    """A person no longer counts; their papers page opens nothing any more."""
    end_of_party(row, actor=actor)
    row.ended_at, row.ended_by, row.ended_because = timezone.now(), actor.person, because
    row.save(update_fields=["ended_at", "ended_by", "ended_because"])
    ledger.record(row.case_id, CaseEvent.PARTY_ENDED, actor=actor.person.id, part=row.part, number=row.number)
