"""The mail address that a person of the case leaves on their papers page: for mails that say only that something is new."""

from django.db import transaction

from cases.job_kinds import CaseJob
from cases.models import Bundle, BundlePing
from cases.parties.opened import OpenedBundle, locked_bundle
from jobs.outbox import enqueue, next_mail_slot
from vault.keyring.keys import Codes

PURPOSE = "papers_ping"


@transaction.atomic
def set_ping(box: OpenedBundle, address: str) -> None:
    """Keep the address for mails without content; an empty one ends these mails. Raises :class:`Refused`."""
    bundle = locked_bundle(box.bundle, reader=box.opened.key_pair.id, writes=False)
    BundlePing.objects.filter(bundle=bundle).delete()
    if address:
        sealed = Codes([bundle.organisation_id]).seal(bundle.organisation_id, {"email": address}, PURPOSE, bundle.id)
        BundlePing.objects.create(bundle=bundle, sealed=sealed)


def ping_address(bundle: Bundle) -> str:
    """The address that the person left; empty where there is none, or nothing can be read on the page any more."""
    row = BundlePing.objects.filter(bundle=bundle).first()
    if row is None or not bundle.is_readable:
        return ""
    return Codes([bundle.organisation_id]).open(bundle.organisation_id, bytes(row.sealed), PURPOSE, bundle.id)["email"]


def promise_ping(bundle: Bundle) -> None:
    """Something is new on the page: a mail at the next slot of the day, one for everything that came before it. Part of the
    caller's transaction."""
    if BundlePing.objects.filter(bundle=bundle).exists():
        slot = next_mail_slot()
        enqueue(CaseJob.PING_PARTY, bundle.id, key=f"{CaseJob.PING_PARTY}:{bundle.id}:{slot:%Y-%m-%dT%H}", due=slot)
