"""Amounts in euros as people write and read them."""

import re
from decimal import Decimal

from django.utils.formats import number_format

MOST_EUROS = 1_000_000_000
_AMOUNT = re.compile(  # a point before three digits parts thousands; two decimals may follow a comma or a point
    r"(?P<euros>[0-9]{1,3}(\.[0-9]{3})+|[0-9]+)([.,](?P<cents>[0-9]{2}))?"
)


def amount_of(text: str) -> Decimal | None:
    """An amount in euros as people write it here (250, 1.250, 1.250,50, 99,50), from 0 and below a thousand million; None for
    what is none, or can be read in two ways."""
    written = _AMOUNT.fullmatch(text)
    if written is None:
        return None
    amount = Decimal(f"{written['euros'].replace('.', '')}.{written['cents'] or 0}")
    return amount if amount < MOST_EUROS else None


def in_euros(amount: Decimal) -> str:
    """An amount as people read it: € 1.250,00."""
    return f"€ {number_format(amount, 2, force_grouping=True)}"
