"""What a person of the case asks on their papers page: a right of rights.yaml, with the term in which they get an answer."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import opened_file
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Bundle, BundleEntry, Case
from cases.parties.entries import By, EntryWords, Kind, write
from cases.parties.opened import any_bundle, opened_with
from cases.people.hearing import hear
from cases.protocol.kinds.parts import parts
from cases.protocol.kinds.rights import Right, rights
from organisations.access.policy import Actor
from organisations.models import Person
from vault import ledger
from vault.compartments import ContentKey


def can_ask(bundle: Bundle) -> dict[str, Right]:
    """What the person of this page can ask now, {code: right}: not again what waits for an answer."""
    asked = set(bundle.entries.asked().values_list("right", flat=True))
    return {code: rights()[code] for code in parts()[bundle.party.part].may_ask if code not in asked}


def waits_for_answer(case: Case) -> bool:
    """Whether a person of the case asked something and got no answer, also where their page has ended since."""
    return BundleEntry.objects.to_answer().filter(bundle__case=case).exists()


@transaction.atomic
def answer(bundle: Bundle, request: UUID, text: str, *, actor: Actor, token: bytes, about: str = "") -> None:
    """Answer what a person asked. Also after their page has ended: then nobody reads it there, and it says how they were
    answered. The same page (`token`) sent twice answers once. `about` as for :func:`hear`. Raises NotAllowed, AskFirst and
    :class:`Refused`."""
    case, key = opened_file(bundle.case, actor, "case.decide")
    bundle = any_bundle(bundle)
    if BundleEntry.objects.filter(token=token).exists():
        return
    asked = bundle.entries.to_answer().filter(id=request).first()
    if asked is None:
        raise Refused(_("This was answered meanwhile. Here is how it stands."))
    box = opened_with(bundle, key)
    write(box, EntryWords(text), by=By.DESK, kind=Kind.ANSWER, author=actor.person, token=token, answers=asked)
    ledger.record(
        case.id, CaseEvent.BUNDLE_ADDED, actor=actor.person.id, number=bundle.party.number, kind=Kind.ANSWER.value
    )
    hear(case, text, about, actor=actor)


def tell_end(case: Case, key: ContentKey, by: Person) -> None:
    """Say on the page of each person who asked for it that what it is about has ended today. `key`: of the file. Part of the
    caller's transaction."""
    asked = BundleEntry.objects.asked().filter(bundle__case=case, bundle__ended_on=None, answer_by=None)
    for request in asked.select_related("bundle__case", "bundle__organisation", "bundle__party"):
        bundle = request.bundle
        write(opened_with(bundle, key), EntryWords(), by=By.DESK, kind=Kind.ENDED, author=by, answers=request)
        ledger.record(
            case.id, CaseEvent.BUNDLE_ADDED, on=timezone.localdate(), number=bundle.party.number, kind=Kind.ENDED.value
        )
