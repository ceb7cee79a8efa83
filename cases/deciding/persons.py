"""The person of the case whom a decision names: judged first, and written down only when the decision is taken or proposed."""

from dataclasses import replace
from uuid import uuid4

from django.utils.translation import gettext as _

from cases.deciding.deeds import NEW_PERSON, Deed
from cases.desk.refusals import Refused
from cases.models import Case
from cases.parties.parties import MIN_NAME, PartyWords, add_party, parties_of
from cases.protocol.definitions import DoneBy, PersonAsked
from organisations.access.policy import Actor


def judged_person(case: Case, asked: PersonAsked, deed: Deed, actor: Actor) -> Deed:
    """The deed with the person of the case whom it names, in words too; somebody new stays as typed. Writes nothing. Raises
    :class:`Refused`."""
    party, wanted = deed.party, asked.parts
    if party == NEW_PERSON:
        if deed.part not in wanted:
            raise Refused(_("Choose in which part this person belongs to the case."), "person_part")
        if len(deed.person.strip()) < MIN_NAME:
            raise Refused(_("Write the name, or how this person is called in the case."), "person_name")
        return deed
    if deed.person and party:  # proposed before, and named then
        if not case.parties.filter(id=party, part__in=wanted, ended_at=None).exists():
            raise Refused(_("The person who was named no longer counts. Refuse it, and propose anew."))
        return deed
    one = next((one for one in parties_of(case, actor) if str(one.party.id) == party and one.can_be(wanted)), None)
    if one is None:
        raise Refused(_("Say who it was."), "person")
    return replace(deed, party=party, person=str(one), part="")


def written_down(case: Case, asked: DoneBy, deed: Deed, actor: Actor) -> Deed:
    """The same deed where its person is somebody new: they are written down now, and its records name them so. Raises
    :class:`Refused`."""
    if asked.person is None or deed.party != NEW_PERSON:
        return deed
    try:
        party = add_party(case, deed.part, PartyWords(deed.person.strip()), actor=actor, token=uuid4())
    except Refused as refused:
        raise Refused(refused.message, "person_name") from None
    one = next(one for one in parties_of(case, actor) if one.party.id == party.id)
    rows = tuple({**row, **dict.fromkeys(asked.given_by_person, str(one))} for row in deed.rows)
    return replace(deed, party=str(party.id), person=str(one), part="", rows=rows)
