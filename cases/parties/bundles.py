"""What a person of the case may read and write: a papers page of their own, under keys of its own.

The person opens it with a code. Who works the case opens it with a second code, which is sealed in the file of the case: who
loses the file loses this too. Nothing of it is in the report, the mailbox of the reporter or the account of anybody.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.desk.keys import opened_file
from cases.desk.refusals import Refused, reason_of
from cases.events import CaseEvent
from cases.models import Bundle, BundleEntry, BundlePing, Case, Party
from cases.parties.asking import tell_end
from cases.parties.entries import EntryWords, write
from cases.parties.may_read import may_have_bundle, refuse_untold
from cases.parties.opened import BUNDLE_CODE, OPENS_NOTHING, OpenedBundle, lacks_code, locked_bundle, opened_with
from cases.people.hearing import hear
from cases.people.words.purposes import BUNDLE_PURPOSE
from organisations.access.policy import Actor
from organisations.models import Person
from vault import ledger, receipts
from vault.compartments import Compartment, ContentKey, add_reader, create_case_keys, write_text
from vault.keyring.keys import OrganisationKeys, recovery_key_pair
from vault.receipts import create_reporter_key_pair, new_receipt

READABLE_AFTER = timedelta(days=28)  # how long a bundle can still be read when its case has ended
LONGEST = timedelta(days=366)


def code_in_words(bundle: Bundle, entries: Iterable[BundleEntry]) -> str:
    """What is known of the code that opens a page: who typed it is not. `entries` of the page, the oldest first."""
    renewed = [entry for entry in entries if entry.kind == BundleEntry.Kind.NEW_CODE]
    new = renewed[-1] if renewed else None
    day = {"day": date_format(new.on if new else bundle.made_on, "j F Y")}
    if lacks_code([bundle]):
        return _("The code of %(day)s opens nothing any more. Make another one for this person.") % day
    if not bundle.is_taken:
        return _("The code of %(day)s has not been used yet.") % day
    return _("The code of %(day)s was used once. Now only a code opens the page that its user got there.") % day


@transaction.atomic
def open_bundle(
    case: Case, party: UUID, purpose: str, until: date, *, actor: Actor, about: str = ""
) -> tuple[Bundle, str]:
    """Make a papers page for a person of the case; returns it with the code that this person gets, which is kept nowhere.
    `purpose`: why they read these papers, which they read there too. `about` as for :func:`hear`. Raises NotAllowed, AskFirst
    and :class:`Refused`."""
    case, key = opened_file(case, actor, "case.decide")
    row = case.parties.filter(id=party, ended_at=None).first()
    if not case.is_open or row is None:
        raise Refused(_("This person was changed meanwhile. Here is how it stands."))
    if why := may_have_bundle(case, row):
        raise Refused(why)
    if row.bundles.filter(ended_on=None).exists():
        raise Refused(_("This person has a papers page already."))
    purpose = reason_of(purpose, "purpose")
    if not timezone.localdate() <= until <= timezone.localdate() + LONGEST:
        raise Refused(_("Give a last day: not before today, and within a year."), "until")
    code, desk_code = new_receipt(), new_receipt()
    bundle = Bundle(case=case, party=row, organisation=case.organisation, until=until, made_by=actor.person)
    keys = OrganisationKeys([case.organisation_id])
    pair = create_reporter_key_pair(case.organisation_id, bundle.id, code, keys)
    desk = create_reporter_key_pair(case.organisation_id, _desk_holder(bundle), desk_code, keys)
    readers = [pair, desk, recovery_key_pair(case.organisation_id)]
    content = create_case_keys(bundle.id, case.organisation_id, {Compartment.CONTENT: readers}, keys)
    bundle.reader = pair.id
    bundle.purpose = write_text(content[Compartment.CONTENT], BUNDLE_PURPOSE, purpose).id
    bundle.desk_code = write_text(key, BUNDLE_CODE, desk_code).id
    bundle.save(force_insert=True)
    ledger.record(case.id, CaseEvent.BUNDLE_OPENED, actor=actor.person.id, number=row.number)
    hear(case, purpose, about, actor=actor)
    return bundle, code


@transaction.atomic
def renew_code(bundle: Bundle, *, actor: Actor) -> str:
    """Another code for a person who lost theirs; the former opens nothing from now on, and the person reads that there is
    another. Raises NotAllowed and :class:`Refused`."""
    case, key = opened_file(bundle.case, actor, "case.decide")
    bundle = locked_bundle(bundle)
    refuse_untold(bundle)
    desk = opened_with(bundle, key)
    code = new_receipt()
    receipts.forget(bundle.reader)
    pair = create_reporter_key_pair(bundle.organisation_id, bundle.id, code, OrganisationKeys([bundle.organisation_id]))
    add_reader(bundle.id, Compartment.CONTENT, pair, through=desk.opened.key_pair, private=desk.opened.private)
    bundle.reader, bundle.is_taken = pair.id, False
    bundle.save(update_fields=["reader", "is_taken"])
    write(desk, EntryWords(), by=BundleEntry.By.DESK, kind=BundleEntry.Kind.NEW_CODE, author=actor.person)
    ledger.record(case.id, CaseEvent.BUNDLE_CODE, actor=actor.person.id, number=bundle.party.number)
    return code


@transaction.atomic
def take_code(box: OpenedBundle, code: str) -> None:
    """The person takes a code of their own; the one that was sent opens nothing any more. Also where nothing can be added any
    more: who made the page has seen the code that was sent. Raises :class:`Refused`."""
    bundle = locked_bundle(box.bundle, reader=box.opened.key_pair.id, writes=False)
    if bundle.is_taken:
        raise Refused(str(OPENS_NOTHING))
    receipts.exchange(box.opened, code)
    bundle.is_taken = True
    bundle.save(update_fields=["is_taken"])
    ledger.record(bundle.case_id, CaseEvent.BUNDLE_TAKEN, on=timezone.localdate(), number=bundle.party.number)


def ends_early(bundle: Bundle) -> str:
    """By what a papers page can end before its last day, in words for both sides."""
    if not bundle.case.is_open:
        return _("It ends sooner when %(organisation)s ends it.") % {"organisation": bundle.organisation}
    return _(
        "It ends sooner when %(organisation)s ends it, and %(count)d days after what it is about has ended. Then nothing"
        " can be added any more."
    ) % {"organisation": bundle.organisation, "count": READABLE_AFTER.days}


@transaction.atomic
def end_bundle(bundle: Bundle, *, actor: Actor) -> None:
    """End a papers page now; one that has ended stays as it is. Raises NotAllowed."""
    opened_file(bundle.case, actor, "case.decide")
    _end(bundle, actor)


def end_of_party(party: Party, *, actor: Actor) -> None:
    """Who no longer counts as this person of a case reads nothing of it any more. Part of the caller's transaction."""
    for bundle in party.bundles.filter(ended_on=None):
        _end(bundle, actor)


def pass_bundle(party: Party, comes: Party) -> None:
    """The papers page of a person who was written down anew stays theirs. Part of the caller's transaction."""
    party.bundles.filter(ended_on=None).update(party=comes)


def end_with_case(case: Case, today: date, key: ContentKey, by: Person) -> None:
    """The papers pages of a case that has just ended: who asked for it reads there that it did, nothing is added any more, and
    they can be read a while longer. `key`: of the file of the case."""
    tell_end(case, key, by)
    last = today + READABLE_AFTER
    case.bundles.filter(ended_on=None, until__gt=last).update(until=last)


def end_past(today: date) -> None:
    """End what nobody may read any more: codes and keys of the people go."""
    for bundle in Bundle.objects.filter(ended_on=None, until__lt=today).select_related("party"):
        with transaction.atomic():
            _end(bundle)


def _end(bundle: Bundle, actor: Actor | None = None) -> None:
    """The one way in which a papers page ends: the code that the person has by now opens nothing any more, and what it could
    read is closed to it."""
    bundle = Bundle.objects.select_for_update(of=("self",)).select_related("party").get(id=bundle.id)
    if bundle.ended_on:
        return
    receipts.forget(bundle.reader)
    bundle.ended_on = timezone.localdate()
    bundle.save(update_fields=["ended_on"])
    BundlePing.objects.filter(bundle=bundle).delete()
    by = actor.person.id if actor else None
    ledger.record(bundle.case_id, CaseEvent.BUNDLE_ENDED, actor=by, number=bundle.party.number)


def _desk_holder(bundle: Bundle) -> UUID:
    """The name under which the second code stands; each holder has one key pair."""
    return uuid5(bundle.id, "desk")
