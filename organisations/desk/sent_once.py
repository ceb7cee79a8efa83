"""One page, one act. A page carries a token of which the first half is that of the page, and the second half follows from what
came with it: so the same again is known from something else that came from the same page."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from organisations.desk.refusals import Refused

Row = TypeVar("Row", bound=Model)


class SentBefore(Refused):
    """The page was sent before with something else, which was kept. What came now was not."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This page was sent before, with something else in it. That was kept, and this was not. Look what stands"
                " there now. Do you mean this besides it? Then send it once more."
            )
        )


def with_content(token: UUID, content: Iterable[str]) -> UUID:
    """The token of a page with what came from it."""
    page = token.bytes[: _half(token.bytes)]
    digest = hashlib.sha256(token.bytes)
    for part in content:
        digest.update(hashlib.sha256(part.encode()).digest())
    return UUID(bytes=page + digest.digest()[: len(token.bytes) - len(page)])


def sent_before(rows: QuerySet[Row], token: UUID | bytes) -> list[Row]:
    """What the same page wrote with the same content before; nothing for a page that is new. `rows` have a unique `token`, or
    one for all that came at once. The caller holds a lock. Raises :class:`SentBefore`."""
    whole = _bytes(token)
    page = whole[: _half(whole)]
    first, last = (page + end * (len(whole) - len(page)) for end in (b"\x00", b"\xff"))
    between = (UUID(bytes=first), UUID(bytes=last)) if isinstance(token, UUID) else (first, last)
    found = list(rows.filter(token__gte=between[0], token__lte=between[1]).order_by("pk"))
    if any(_bytes(getattr(row, "token")) != whole for row in found):  # noqa: B009
        raise SentBefore
    return found


def _bytes(token: UUID | bytes) -> bytes:
    return token.bytes if isinstance(token, UUID) else bytes(token)


def _half(token: bytes) -> int:
    """A digest begins with the number of its scheme, which is no part of either half."""
    return (len(token) + 1) // 2
