"""The secret of a period: the same for every edition of it, and gone when nothing of it can be made again."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from vault.keyring.master import master_key
from vault.models import PeriodKey
from vault.sealing.primitives import Part, derive, digest, random_key, seal, unseal
from vault.sealing.schemes import PERIOD_KEY, TALLY


class PeriodIsFinal(Exception):
    """The secret of this period was destroyed: nothing of it can be made again."""


def period_digest(period: str, *purpose: Part) -> Callable[..., bytes]:
    """A keyed digest (32 bytes of any parts) for one purpose of a period; its key is made on first use.

    Raises :class:`PeriodIsFinal`."""
    row = PeriodKey.objects.filter(period=period).first() or _create(period)
    if row.sealed is None:
        raise PeriodIsFinal(period)
    key = derive(unseal(master_key(), row.sealed, PERIOD_KEY, period), "period", *purpose)
    return lambda *parts: digest(key, *parts)


def periods_with_secret() -> list[str]:
    """The periods of which an edition can still be built."""
    return list(PeriodKey.objects.exclude(sealed=None).values_list("period", flat=True))


def destroy_period_key(period: str) -> None:
    """Make a period final. Its secret cannot be made again."""
    PeriodKey.objects.update_or_create(period=period, defaults={"sealed": None})


def seal_for_period(period: str, content: bytes, *context: Part) -> bytes:
    """What a build that is under way puts aside: it opens as long as the period's secret is there."""
    return seal(period_digest(period, "seal")(*context), content, TALLY, *context)


def open_for_period(period: str, sealed: bytes, *context: Part) -> bytes:
    """What :func:`seal_for_period` sealed. Raises :class:`PeriodIsFinal` or CannotOpen."""
    return unseal(period_digest(period, "seal")(*context), sealed, TALLY, *context)


def _create(period: str) -> PeriodKey:
    try:
        with transaction.atomic():
            return PeriodKey.objects.create(period=period, sealed=seal(master_key(), random_key(), PERIOD_KEY, period))
    except IntegrityError:  # another build was first
        return PeriodKey.objects.get(period=period)
