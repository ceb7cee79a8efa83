"""A papers page, opened by one of its two codes: that of the person, or that which is sealed in the file of the case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.keys import file_key
from cases.desk.refusals import Refused
from cases.models import Bundle, BundleEntry
from cases.parties.may_read import may_have_bundle
from cases.people.words.purposes import BUNDLE, BUNDLE_PURPOSE
from organisations.access.bars import barred_in_each
from organisations.access.policy import Actor
from vault.compartments import Compartment, ContentKey, open_with, read_text, sealed_by_id, texts
from vault.models import SealedText
from vault.receipts import OpenedReceipt, open_receipt

BUNDLE_CODE = "bundle_code"  # stored purpose of the sealed second code
OPENS_NOTHING = gettext_lazy(
    "This code opens nothing. Compare it with what you got. Does it not work any more, or was it used by somebody else? Call who gave it to you."
)


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle that was opened by one of its two codes."""

    bundle: Bundle
    opened: OpenedReceipt
    key: ContentKey

    @property
    def is_of_party(self) -> bool:
        return self.opened.key_pair.id == self.bundle.reader

    def texts(self) -> dict[UUID, SealedText]:
        """What stands on the page now and what the page is for, sealed. One query."""
        return sealed_by_id(self.bundle.id, Compartment.CONTENT, BUNDLE, BUNDLE_PURPOSE)

    def purpose_in(self, sealed: Mapping[UUID, SealedText]) -> str:
        """Why this person reads these papers. `sealed` are :meth:`texts`."""
        return read_text(self.key, sealed[self.bundle.purpose])


def lacks_code(bundles: Iterable[Bundle]) -> set[UUID]:
    """Those of these papers pages that no code opens: nobody has taken the code that was made for the person, and whoever of the
    workplace saw it is kept out of the case. Two queries, none where every code was taken. Raises CannotWeigh."""
    untaken = [bundle for bundle in bundles if not bundle.is_taken]
    if not untaken:
        return set()
    saw = {bundle.id: bundle.made_by_id for bundle in untaken}
    renewed = BundleEntry.objects.filter(bundle__in=untaken, kind=BundleEntry.Kind.NEW_CODE).order_by("sequence")
    saw.update(renewed.values_list("bundle", "author"))  # the last one
    barred = barred_in_each({bundle.case_id for bundle in untaken}, set(saw.values()))
    return {bundle.id for bundle in untaken if saw[bundle.id] in barred[bundle.case_id]}


def open_at_desk(bundle: Bundle, *, actor: Actor) -> OpenedBundle:
    """A bundle for who holds the key of the file of its case. The caller has asked `may(actor, "case.file", case)`. Raises
    NotAllowed."""
    return opened_with(bundle, file_key(bundle.case, actor))


def opened_with(bundle: Bundle, key: ContentKey) -> OpenedBundle:
    """The same, with the key of the file."""
    sealed = texts(bundle.case_id, Compartment.FILE, BUNDLE_CODE).get(id=bundle.desk_code)
    opened = open_receipt(read_text(key, sealed))
    if opened is None:
        raise Refused(_("This page cannot be opened any more."))
    return _opened(bundle, opened)


def open_by_code(code: str) -> OpenedBundle | None:
    """The papers page of a person, by the code they have; None for a code that opens nothing today, of whom the
    case may be about and was not told, and where the page :func:`lacks_code`. Raises Misread for a typing mistake, and CannotWeigh."""
    opened = open_receipt(code)
    if opened is None:
        return None
    bundle = (
        Bundle.objects.readable()
        .select_related("case__report", "organisation", "party__speaks_for")
        .filter(reader=opened.key_pair.id)
        .first()
    )
    if bundle is None or may_have_bundle(bundle.case, bundle.party) or lacks_code([bundle]):
        return None
    return _opened(bundle, opened)


def locked_bundle(bundle: Bundle, *, reader: UUID | None = None, writes: bool = True) -> Bundle:
    """The bundle as it stands now. `reader`: the key pair by which a person opened it. Raises :class:`Refused` where nothing
    can be added (or, without `writes`, read) any more, and where the person has another code by now."""
    bundle = any_bundle(bundle)
    if reader and bundle.reader != reader:
        raise Refused(str(OPENS_NOTHING))
    if not (bundle.can_write if writes else bundle.is_readable):
        raise Refused(_("This page has ended: nothing can be added any more."))
    return bundle


def any_bundle(bundle: Bundle) -> Bundle:
    """The bundle as it stands now, also one that has ended; nobody else changes it in this transaction."""
    rows = Bundle.objects.select_for_update(of=("self",)).select_related("case__report", "organisation", "party")
    return rows.get(id=bundle.id)


def _opened(bundle: Bundle, opened: OpenedReceipt) -> OpenedBundle:
    return OpenedBundle(bundle, opened, open_with(bundle.id, Compartment.CONTENT, opened.key_pair, opened.private))
