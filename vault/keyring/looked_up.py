"""What is looked up once while a page is read: keys above all, and of which cases the reader may not know.

A page that shows the report, its messages and the notes opens three compartments. It needs one private key, one case share
and one look at the key grants for them; without this each compartment would ask the database for all of it again.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("vault.looked_up", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Inside, what was looked up by :func:`once` is not looked up again. For a request that only reads: an act asks each time, so that
    it never seals with a key of which somebody was deprived meanwhile. Nothing is kept afterwards."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(name: Hashable, look_up: Callable[[], T]) -> T:
    """What `look_up` gives; inside :func:`reading` it is called once for each name."""
    known = _known.get()
    if known is None:
        return look_up()
    if name not in known:
        known[name] = look_up()
    return known[name]


def keep(name: Hashable, value: Any) -> None:
    """Inside :func:`reading`, :func:`once` answers with this for the name: it came along with something else."""
    known = _known.get()
    if known is not None:
        known.setdefault(name, value)
