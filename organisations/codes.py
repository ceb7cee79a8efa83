"""Code lists: what may be counted and asked, with Dutch and English labels. One registry for forms, API and figures.

A list is a partition: every fact has exactly one leaf of it. Lists are YAML files next to the app that owns them,
loaded with :func:`load_code_lists`; any app reads them with :func:`code_list`. A code that goes says which one counts in
its place, so that what was left under it is still read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from django.utils.translation import get_language

from organisations.rule_files import safe_load


@dataclass(frozen=True)
class Code:
    id: str
    nl: str
    en: str
    parent: str | None = None

    @property
    def label(self) -> str:
        return self.en if (get_language() or "nl").startswith("en") else self.nl

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Replaced:
    """A code that was a leaf before version `since` of its list. `by`: the leaf that counts in its place today; `narrower`
    where that means less, since the code was split."""

    code: str
    by: str
    since: int
    narrower: bool = False


class UnknownCode(LookupError):
    """A code that is not in its list."""


@dataclass(frozen=True)
class CodeList:
    """`version` goes up when a code is replaced; `replaced` by the former code."""

    id: str
    nl: str
    en: str
    codes: tuple[Code, ...]
    version: int = 1
    replaced: Mapping[str, Replaced] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.en if (get_language() or "nl").startswith("en") else self.nl

    @cached_property
    def by_id(self) -> dict[str, Code]:
        return {code.id: code for code in self.codes}

    @cached_property
    def parents(self) -> frozenset[str]:
        return frozenset(code.parent for code in self.codes if code.parent)

    @cached_property
    def leaves(self) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.id not in self.parents)

    @property
    def level1(self) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.parent is None)

    def children(self, parent: str) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.parent == parent)

    def today(self, leaf: str) -> str:
        """The leaf that counts today for one that may have been replaced."""
        return self.replaced[leaf].by if leaf in self.replaced else leaf

    def __getitem__(self, code_id: str) -> Code:
        """The code, or the one by which it was replaced. Raises :class:`UnknownCode`."""
        found = self.by_id.get(code_id) or self.by_id.get(self.today(code_id))
        if found is None:
            raise UnknownCode(f"{code_id!r} is not a code of {self.id}")
        return found

    def __contains__(self, code_id: object) -> bool:
        return code_id in self.by_id


_LISTS: dict[str, CodeList] = {}


def load_code_lists(path: Path) -> None:
    """Add the lists of one YAML file: ``{list id: {nl, en, codes: {code id: [nl, en] or {nl, en, codes: {…}}}}}``.

    A list of which a code was renamed, merged or split has a ``version`` and ``replaced: {former leaf: {by: leaf, since:
    version}}``; a former leaf may have become a parent. Of a split ``by`` has the facts of before, and ``narrower: true`` says
    that it is not the same under another name. Raises ValueError, naming it, for what cannot be.
    """
    for list_id, entry in safe_load(path.read_text("utf-8")).items():
        codes: list[Code] = []
        for code_id, value in entry["codes"].items():
            if isinstance(value, list):
                codes.append(Code(code_id, *value))
                continue
            codes.append(Code(code_id, value["nl"], value["en"]))
            codes += [Code(child, nl, en, code_id) for child, (nl, en) in value["codes"].items()]
        if unread := [code.id for code in codes if not isinstance(code.id, str)]:
            raise ValueError(f"{path.name}: quote {unread} of {list_id}: YAML reads it as something else")
        if len({code.id for code in codes}) != len(codes):
            raise ValueError(f"{path.name}: a code of {list_id} occurs twice")
        made = CodeList(list_id, entry["nl"], entry["en"], tuple(codes), entry.get("version", 1))
        try:
            _LISTS[list_id] = replace(made, replaced=_replaced(made, entry.get("replaced", {})))
        except ValueError as error:
            raise ValueError(f"{path.name}: {list_id}: {error}") from None


def _replaced(codes: CodeList, entries: Mapping[str, Mapping]) -> dict[str, Replaced]:
    """Each former leaf with the leaf of today: what replaced it may have been replaced in turn."""
    leaves, found = {leaf.id for leaf in codes.leaves}, {}
    for former, entry in entries.items():
        if former in leaves:
            raise ValueError(f"{former!r} is replaced, but it is a leaf still")
        if not 2 <= entry["since"] <= codes.version:
            raise ValueError(f"{former!r} is replaced since {entry['since']}, not in 2 to version {codes.version}")
        passed, by, narrower = [former], entry["by"], entry.get("narrower", False)
        while by in entries:
            if by in passed:
                raise ValueError(f"{', '.join(passed)} are replaced by each other")
            passed.append(by)
            narrower |= entries[by].get("narrower", False)
            by = entries[by]["by"]
        if by not in leaves:
            raise ValueError(f"{former!r} is replaced by {by!r}, which is not a leaf")
        found[former] = Replaced(former, by, entry["since"], narrower)
    return found


def code_list(list_id: str) -> CodeList:
    """The code list with this id. Raises :class:`UnknownCode` when there is none."""
    try:
        return _LISTS[list_id]
    except KeyError:
        raise UnknownCode(f"there is no code list {list_id!r}") from None


load_code_lists(Path(__file__).with_name("codes.yaml"))
