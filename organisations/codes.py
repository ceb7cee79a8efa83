"""Code lists: what may be counted and asked, with their labels. One registry for forms, API and figures.

A list is a partition: every fact has exactly one leaf of it. Lists are YAML files next to the app that owns them,
registered with :func:`register_code_lists`; any app reads them with :func:`code_list`. A code that goes says which one counts in
its place, so that what was left under it is still read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text


@dataclass(frozen=True)
class Code:
    id: str
    text: Text
    parent: str | None = None

    @property
    def label(self) -> str:
        return str(self.text)

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


class UnknownCode(LookupError, ValueError):
    """A code that is not in its list, or a list that does not exist. A ValueError too, so that pydantic says where it stands."""


@dataclass(frozen=True)
class CodeList:
    """`version` goes up when a code is replaced; `replaced` by the former code."""

    id: str
    text: Text
    codes: tuple[Code, ...]
    version: int = 1
    replaced: Mapping[str, Replaced] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.text)

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
        code = self.by_id.get(code_id) or self.by_id.get(self.today(code_id))
        if code is None:
            raise UnknownCode(f"{code_id!r} is not a code of {self.id}")
        return code

    def __contains__(self, code_id: object) -> bool:
        return code_id in self.by_id


_LISTS: dict[str, CodeList] = {}
_REGISTERED: dict[Path, None] = {}  # files whose lists nobody has asked for yet


def load_code_lists(path: Path) -> None:
    """Add the lists of one YAML file: ``{list id: {label, codes: {code id: label or {label, codes: {…}}}}}``.

    A list of which a code was renamed, merged or split has a ``version`` and ``replaced: {former leaf: {by: leaf, since:
    version}}``; a former leaf may have become a parent. Of a split ``by`` has the facts of before, and ``narrower: true`` says
    that it is not the same under another name. Raises BadRules for what cannot be.
    """
    _load_registered()
    _load(path)


def register_code_lists(path: Path) -> None:
    """Add the lists of a file as :func:`load_code_lists` does, when a list is first asked for."""
    _REGISTERED[path] = None


def _load_registered() -> None:
    for path in list(_REGISTERED):
        _load(path)
        _REGISTERED.pop(path, None)  # only now: another thread that asks meanwhile loads it too


def _load(path: Path) -> None:
    for list_id, entry in read_rules(path, dict[str, _Entry]).items():
        _LISTS[list_id] = entry.code_list(list_id)


class _Parent(BaseModel):
    """A code of the first level with codes below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    codes: dict[Any, Text]


class _Replacement(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    by: str
    since: int
    narrower: bool = False


class _Entry(BaseModel):
    """One code list as its file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    version: int = 1
    codes: dict[Any, _Parent | Text]
    replaced: dict[str, _Replacement] = {}

    @model_validator(mode="after")
    def _is_a_partition(self) -> "_Entry":
        codes = self._codes()
        if unread := next((code.id for code in codes if not isinstance(code.id, str)), None):
            raise WrongRule(f"quote {unread}: YAML reads it as something else", "codes")
        ids = [code.id for code in codes]
        if twice := next((code for code in ids if ids.count(code) > 1), None):
            raise WrongRule(f"the code {twice} occurs twice", "codes", twice)
        self.code_list("")
        return self

    def code_list(self, list_id: str) -> CodeList:
        codes = CodeList(list_id, self.label, tuple(self._codes()), self.version)
        return replace(codes, replaced=_replaced(codes, self.replaced))

    def _codes(self) -> list[Code]:
        codes = []
        for code_id, value in self.codes.items():
            if isinstance(value, _Parent):
                codes.append(Code(code_id, value.label))
                codes += [Code(child, label, code_id) for child, label in value.codes.items()]
            else:
                codes.append(Code(code_id, value))
        return codes


def _replaced(codes: CodeList, entries: Mapping[str, _Replacement]) -> dict[str, Replaced]:
    """Each former leaf with the leaf of today: what replaced it may have been replaced in turn."""
    leaves, replaced = {leaf.id for leaf in codes.leaves}, {}
    for former, entry in entries.items():
        if former in leaves:
            raise WrongRule(f"{former!r} is replaced, but it is a leaf still", "replaced", former)
        if not 2 <= entry.since <= codes.version:
            message = f"{former!r} is replaced since {entry.since}, not in 2 to version {codes.version}"
            raise WrongRule(message, "replaced", former)
        passed, by, narrower = [former], entry.by, entry.narrower
        while by in entries:
            if by in passed:
                raise WrongRule(f"{', '.join(passed)} are replaced by each other", "replaced", former)
            passed.append(by)
            narrower |= entries[by].narrower
            by = entries[by].by
        if by not in leaves:
            raise WrongRule(f"{former!r} is replaced by {by!r}, which is not a leaf", "replaced", former)
        replaced[former] = Replaced(former, by, entry.since, narrower)
    return replaced


def code_list(list_id: str) -> CodeList:
    """The code list with this id. Raises :class:`UnknownCode` when there is none."""
    if _REGISTERED:
        _load_registered()
    try:
        return _LISTS[list_id]
    except KeyError:
        raise UnknownCode(f"there is no code list {list_id!r}") from None


register_code_lists(Path(__file__).with_name("codes.yaml"))
