"""Code lists: what may be counted and asked, with Dutch and English labels. One registry for forms, API and figures.

A list is a partition: every fact has exactly one leaf of it. Lists are YAML files next to the app that owns them,
loaded with :func:`load_code_lists`; any app reads them with :func:`code_list`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from django.utils.translation import get_language


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


class UnknownCode(LookupError):
    """A code that is not in its list."""


@dataclass(frozen=True)
class CodeList:
    id: str
    nl: str
    en: str
    codes: tuple[Code, ...]

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

    def __getitem__(self, code_id: str) -> Code:
        try:
            return self.by_id[code_id]
        except KeyError:
            raise UnknownCode(f"{code_id!r} is not a code of {self.id}") from None

    def __contains__(self, code_id: object) -> bool:
        return code_id in self.by_id


_LISTS: dict[str, CodeList] = {}


def load_code_lists(path: Path) -> None:
    """Add the lists of one YAML file: ``{list id: {nl, en, codes: {code id: [nl, en] or {nl, en, codes: {…}}}}}``."""
    for list_id, entry in yaml.safe_load(path.read_text("utf-8")).items():
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
        _LISTS[list_id] = CodeList(list_id, entry["nl"], entry["en"], tuple(codes))


def code_list(list_id: str) -> CodeList:
    """The code list with this id. Raises :class:`UnknownCode` when there is none."""
    try:
        return _LISTS[list_id]
    except KeyError:
        raise UnknownCode(f"there is no code list {list_id!r}") from None


load_code_lists(Path(__file__).with_name("codes.yaml"))
