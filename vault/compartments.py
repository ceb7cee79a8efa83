"""The keys of one case: one random key for each compartment, wrapped for each reader, combined with the case share.

Who reads is decided on a higher floor (routing, recusal). Here it becomes fact: without a grant there is no key.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from vault.keyring.keys import NoKey, OrganisationKeys, checked_public, derive, organisation_key, unlock, unlocked
from vault.keyring.looked_up import once
from vault.models import CaseShare, KeyGrant, KeyPair, SealedText
from vault.sealing.primitives import PrivateKey, pad, random_key, seal, unpad, unseal, wrap
from vault.sealing.schemes import CASE_SHARE, GRANT, TEXT


class Compartment(StrEnum):
    """What belongs together under one key (docs/security.md)."""

    CONTENT = "content"  # the report and its messages
    IDENTITY = "identity"  # who reported
    FILE = "file"  # notes, reasons, findings
    ADVICE = "advice"  # talks with the confidential adviser before a report
    PERPETRATOR = "perpetrator"  # identity of an outsider
    PROTECTION = "protection"  # home address, measures
    CALL = "call"  # what who is on duty needs to call the reporter at night
    OWN = "own"  # what only the reporter reads again, such as whom they kept out


@dataclass(frozen=True)
class ContentKey:
    """The open key of one compartment of one case. Short-lived: it never leaves the request that opened it.

    `key` seals what is new; `older` opens what was sealed in earlier epochs ({epoch: key}).
    """

    case: UUID
    compartment: Compartment
    epoch: int
    key: bytes
    older: Mapping[int, bytes] = field(default_factory=dict)

    def of(self, epoch: int) -> bytes:
        """The key of an epoch. Raises :class:`NoKey`."""
        key = self.key if epoch == self.epoch else self.older.get(epoch)
        if key is None:
            raise NoKey("this reader has no key of that epoch")
        return key

    def __repr__(self) -> str:
        return f"ContentKey({self.compartment})"


def create_case_keys(
    case: UUID,
    organisation: UUID,
    readers: Mapping[Compartment, Iterable[KeyPair]],
    keys: OrganisationKeys | None = None,
) -> dict[Compartment, ContentKey]:
    """Make the case share and one key for each compartment, wrapped for exactly these readers. `keys` as for
    :func:`open_compartment`."""
    current = (keys or OrganisationKeys()).of(organisation)
    share = random_key()
    sealed = seal(derive(current.key, "share"), share, CASE_SHARE, case)
    CaseShare.objects.create(case=case, organisation=organisation, key_version=current.version, sealed=sealed)
    content_keys, grants = {}, []
    every = {pair.id: pair for pairs in readers.values() for pair in pairs}
    publics = {pair.id: checked_public(pair) for pair in every.values()}
    for compartment, pairs in readers.items():
        data_key = random_key()
        different = {pair.id: pair for pair in pairs}.values()
        grants += [_grant(case, compartment, pair, publics[pair.id], data_key) for pair in different]
        content_keys[compartment] = _content_key(case, compartment, data_key, share)
    KeyGrant.objects.bulk_create(grants)
    return content_keys


def open_compartment(
    case: UUID, compartment: Compartment, organisation: UUID, person: UUID, keys: OrganisationKeys | None = None
) -> ContentKey:
    """The key of a compartment for a person acting in an organisation. Raises :class:`NoKey`. `keys` are those of the same
    piece of work, if it has looked some up."""
    keys = keys or OrganisationKeys()
    return open_with(case, compartment, *unlocked(organisation, person, keys), keys)


def open_many(
    cases: Collection[UUID], compartments: Collection[Compartment], organisation: UUID, person: UUID
) -> dict[tuple[UUID, Compartment], ContentKey]:
    """The keys that a person has of many cases, in a fixed number of queries; what has no key is left out."""
    keys = OrganisationKeys()
    try:
        pair, private = unlocked(organisation, person, keys)
    except NoKey:
        return {}
    halves, share_keys = {}, {}
    for share in CaseShare.objects.filter(case__in=cases):
        version = (share.organisation, share.key_version)
        if version not in share_keys:
            share_keys[version] = derive(keys.of(*version).key, "share")
        halves[share.case] = unseal(share_keys[version], share.sealed, CASE_SHARE, share.case)
    grants: dict[tuple[UUID, Compartment], list[KeyGrant]] = {}
    for grant in KeyGrant.objects.filter(case__in=halves, compartment__in=compartments, reader=pair):
        grants.setdefault((grant.case, Compartment(grant.compartment)), []).append(grant)
    return {at: _opened(epochs, pair, private, halves[at[0]]) for at, epochs in grants.items()}


def texts_of_many(cases: Collection[UUID], purposes: Collection[str]) -> Iterator[SealedText]:
    """The sealed texts of many cases, in one query."""
    yield from SealedText.objects.filter(case__in=cases, purpose__in=purposes).iterator()


def open_with(
    case: UUID, compartment: Compartment, pair: KeyPair, private: PrivateKey, keys: OrganisationKeys | None = None
) -> ContentKey:
    """As :func:`open_compartment`, with a private key that was unlocked already, as a reporter's is by the receipt."""
    of_pair = once(("grants", case, pair.id), lambda: list(_grants_with_share([case], pair)))
    grants = [grant for grant in of_pair if grant.compartment == compartment]
    if not grants:
        raise NoKey("this reader has no key of this compartment")
    name = ("content key", case, compartment, pair.id)
    return once(name, lambda: _opened(grants, pair, private, _share(grants[0], keys)))


def open_each(
    cases: Collection[UUID], compartments: Collection[Compartment], pair: KeyPair, private: PrivateKey
) -> dict[tuple[UUID, Compartment], ContentKey]:
    """The keys of these compartments of these cases, as :func:`open_with` gives each, by one look at the grants; without those
    of which the reader has no key. Raises :class:`NoKey` where one of the cases was destroyed."""
    grants: dict[tuple[UUID, Compartment], list[KeyGrant]] = {}
    for grant in _grants_with_share(cases, pair).filter(compartment__in=compartments):
        grants.setdefault((grant.case, Compartment(grant.compartment)), []).append(grant)
    keys = OrganisationKeys()
    of_case = {case: epochs[0] for (case, _compartment), epochs in grants.items()}
    shares = {case: _share(grant, keys) for case, grant in of_case.items()}
    return {at: _opened(epochs, pair, private, shares[at[0]]) for at, epochs in grants.items()}


def _grants_with_share(cases: Collection[UUID], pair: KeyPair) -> QuerySet[KeyGrant]:
    """The grants of a reader, each with the columns of the case share as `share_…` (None where it was destroyed)."""
    share = CaseShare.objects.filter(case=OuterRef("case"))
    columns = {f"share_{name}": Subquery(share.values(name)) for name in ("organisation", "key_version", "sealed")}
    return KeyGrant.objects.filter(case__in=cases, reader=pair).annotate(**columns)


def _share(grant: Any, keys: OrganisationKeys | None) -> bytes:
    """The half of every key of the case that its organisation holds. Raises :class:`NoKey`."""
    if grant.share_sealed is None:
        raise NoKey("the case was destroyed")
    share_key = derive((keys or OrganisationKeys()).of(grant.share_organisation, grant.share_key_version).key, "share")
    return unseal(share_key, grant.share_sealed, CASE_SHARE, grant.case)


def readers(case: UUID, compartment: Compartment | None = None) -> set[UUID]:
    """The people who hold a key of the case (of one compartment)."""
    grants = KeyGrant.objects.filter(case=case, reader__purpose=KeyPair.Purpose.PERSON)
    if compartment:
        grants = grants.filter(compartment=compartment)
    return set(grants.values_list("reader__holder", flat=True))


def grants_to(person: UUID, cases: Collection[UUID]) -> QuerySet[KeyGrant]:
    """The keys that a person holds of these cases, in whichever organisation."""
    return KeyGrant.objects.filter(case__in=cases, reader__holder=person, reader__purpose=KeyPair.Purpose.PERSON)


@transaction.atomic
def add_reader(
    case: UUID, compartment: Compartment, reader: KeyPair, *, through: KeyPair, private: PrivateKey | None = None
) -> None:
    """Wrap the key of a compartment for one reader more, through somebody who holds it (or the recovery key).
    `private` is that of `through`, where the server cannot unlock it, as a reporter's."""
    private = private or unlock(through)
    for grant in KeyGrant.objects.filter(case=case, compartment=compartment, reader=through):
        data_key = private.unwrap(grant.wrapped, *_grant_context(case, compartment, grant.epoch, through))
        if not KeyGrant.objects.filter(case=case, compartment=compartment, epoch=grant.epoch, reader=reader).exists():
            _grant(case, compartment, reader, checked_public(reader), data_key, grant.epoch).save(force_insert=True)


@transaction.atomic
def move_case(case: UUID, organisation: UUID, *, recovery: KeyPair, through: KeyPair) -> None:
    """Hand the keys of a case to another organisation: its key seals the case share from now on, and its recovery key
    takes the place of the old one. The keys of people are the caller's to give and to take."""
    share = CaseShare.objects.select_for_update().get(case=case)
    opened = unseal(
        derive(organisation_key(share.organisation, share.key_version).key, "share"), share.sealed, CASE_SHARE, case
    )
    for name in set(KeyGrant.objects.filter(case=case, reader=through).values_list("compartment", flat=True)):
        add_reader(case, Compartment(name), recovery, through=through)
    KeyGrant.objects.filter(case=case, reader=through).delete()
    current = organisation_key(organisation)
    share.organisation, share.key_version = organisation, current.version
    share.sealed = seal(derive(current.key, "share"), opened, CASE_SHARE, case)
    share.save()


@transaction.atomic
def remove_reader(case: UUID, person: UUID, compartment: Compartment | None = None) -> int:
    """Take all keys of a case (or of one compartment of it) away from a person. Returns how many there were.

    What is sealed from now on has a new key: whoever kept a copy of the old one reads nothing of it (docs/security.md).
    """
    grants = KeyGrant.objects.filter(case=case, reader__holder=person, reader__purpose=KeyPair.Purpose.PERSON)
    if compartment:
        grants = grants.filter(compartment=compartment)
    compartments = set(grants.values_list("compartment", flat=True))
    removed = grants.delete()[0]
    for name in compartments:
        _begin_epoch(case, Compartment(name))
    return removed


def _begin_epoch(case: UUID, compartment: Compartment) -> None:
    """A new data key for who still reads the compartment."""
    grants = KeyGrant.objects.filter(case=case, compartment=compartment)
    newest = grants.aggregate(newest=Max("epoch"))["newest"]
    if newest is None:
        return
    data_key = random_key()
    left = KeyPair.objects.filter(grants__in=grants).distinct()
    KeyGrant.objects.bulk_create(
        _grant(case, compartment, pair, checked_public(pair), data_key, newest + 1) for pair in left
    )


def write_text(key: ContentKey, purpose: str, text: str) -> SealedText:
    """Seal one text for a purpose ("answers", "note", …) and keep it."""
    return write_texts(key, purpose, [text])[0]


def write_texts(key: ContentKey, purpose: str, many: Iterable[str]) -> list[SealedText]:
    """Seal texts for one purpose and keep them, in one statement; in the order given."""
    rows = []
    for text in many:
        row = SealedText(id=uuid4(), case=key.case, compartment=key.compartment, epoch=key.epoch, purpose=purpose)
        row.ciphertext = seal(key.key, pad(text.encode()), *_text_context(row))
        rows.append(row)
    return SealedText.objects.bulk_create(rows)


def read_text(key: ContentKey, row: SealedText) -> str:
    """The text of a row. Raises :class:`NoKey` for an epoch that this key does not have, CannotOpen for another key."""
    return unpad(unseal(key.of(row.epoch), row.ciphertext, *_text_context(row))).decode()


def texts(case: UUID, compartment: Compartment, purpose: str | None = None):
    """The sealed texts of a compartment, of one purpose or of all."""
    rows = SealedText.objects.filter(case=case, compartment=compartment)
    return rows.filter(purpose=purpose) if purpose else rows


def sealed_by_id(case: UUID, compartment: Compartment, *purposes: str) -> dict[UUID, SealedText]:
    """The sealed texts of these purposes by their id, for rows that name theirs."""
    return sealed_in(case, [compartment], purposes)


def sealed_in(case: UUID, compartments: Collection[Compartment], purposes: Collection[str]) -> dict[UUID, SealedText]:
    """As :func:`sealed_by_id`, of several compartments in one query."""
    rows = SealedText.objects.filter(case=case, compartment__in=compartments, purpose__in=purposes)
    return {row.id: row for row in rows.order_by("id")}


def _grant(case: UUID, compartment: str, pair: KeyPair, public: bytes, data_key: bytes, epoch: int = 1) -> KeyGrant:
    wrapped = wrap(public, data_key, *_grant_context(case, compartment, epoch, pair))
    return KeyGrant(case=case, compartment=compartment, epoch=epoch, reader=pair, wrapped=wrapped)


def _opened(grants: list[KeyGrant], pair: KeyPair, private: PrivateKey, share: bytes) -> ContentKey:
    """The newest key of one compartment, with those of earlier epochs."""
    keys = {}
    for grant in grants:
        compartment = Compartment(grant.compartment)
        data_key = private.unwrap(grant.wrapped, *_grant_context(grant.case, compartment, grant.epoch, pair))
        keys[grant.epoch] = _content_key(grant.case, compartment, data_key, share, grant.epoch).key
    newest = max(keys)
    return ContentKey(grants[0].case, Compartment(grants[0].compartment), newest, keys.pop(newest), keys)


def _content_key(case: UUID, compartment: Compartment, data_key: bytes, share: bytes, epoch: int = 1) -> ContentKey:
    return ContentKey(case, compartment, epoch, derive(data_key + share, "content", case, compartment, epoch))


def _grant_context(case: UUID, compartment: str, epoch: int, pair: KeyPair) -> tuple:
    return (GRANT, case, str(compartment), epoch, pair.id)


def _text_context(row: SealedText) -> tuple:
    return (TEXT, row.id, row.case, str(row.compartment), row.epoch, row.purpose)
