"""Code lists of a later version of the software, in one test."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.conf import settings
from django.core.cache import caches

from monitor.disclosure.system import system_of
from monitor.editions import archive
from organisations.codes import _LISTS, Code, Replaced, code_list
from reporting.counting import facts

_KEPT = (system_of, archive.catalogue_today, facts._leaves, facts._lists, facts._counted_code)


@contextmanager
def changed_lists(narrower: Collection[str] = (), **changes: tuple[dict[str, str], list[Code]]) -> Iterator[None]:
    """Of each list: {leaf that goes: what counts in its place}, and the codes that come. `narrower`: leaves of which what
    counts in their place is a part."""
    before = {name: code_list(name) for name in changes}
    for name, (replaced, new) in changes.items():
        codes = before[name]
        _LISTS[name] = replace(
            codes,
            version=2,
            codes=(*(code for code in codes.codes if code.id not in replaced), *new),
            replaced={former: Replaced(former, by, 2, former in narrower) for former, by in replaced.items()},
        )
    _forget()
    try:
        yield
    finally:
        _LISTS.update(before)
        _forget()


def _forget() -> None:
    """As a new version of the software does, whose answers have other keys."""
    for kept in _KEPT:
        kept.cache_clear()
    for name in {"default", "published", "shared"} & set(settings.CACHES):
        caches[name].clear()
