"""What is published: tables and indicators as data, with a loader that refuses what cannot be."""

from functools import cache
from pathlib import Path
from typing import Literal

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, model_validator
from yaml import safe_load

from organisations.codes import CodeList, code_list
from reporting import codes as _registered  # noqa: F401  the lists of a report must be known

TOTAL = "_T"
HERE = Path(__file__).parent


class _Labelled(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str

    @property
    def label(self) -> str:
        return self.en if (get_language() or "nl").startswith("en") else self.nl


class Table(_Labelled):
    id: str
    population: Literal["reports", "outcomes"]
    dimensions: list[str]
    m: int
    fixed: str = ""
    quarterly: bool = False
    levels: dict[str, int] = {}

    @model_validator(mode="after")
    def _known(self) -> "Table":
        for dimension in self.dimensions:
            code_list(dimension)
        if self.fixed:
            code_list("kind")[self.fixed]
        return self

    def codes(self, dimension: str) -> list[str]:
        """The codes that the table shows of a dimension, parents before children, without the total."""
        return [code for code in _ordered(code_list(dimension)) if self._shown(dimension, code)]

    def children(self, dimension: str, code: str) -> list[str]:
        """What adds up to a code (or to the total) in this table."""
        codes = code_list(dimension)
        if code == TOTAL:
            return [one.id for one in codes.level1]
        return [one.id for one in codes.children(code) if self._shown(dimension, one.id)]

    def _shown(self, dimension: str, code: str) -> bool:
        return code_list(dimension)[code].parent is None or self.levels.get(dimension, 2) > 1


class Indicator(_Labelled):
    id: str
    definition_nl: str
    definition_en: str
    source: Literal["register", "survey", "profile"]
    tables: list[str]

    @property
    def definition(self) -> str:
        return self.definition_en if (get_language() or "nl").startswith("en") else self.definition_nl


@cache
def tables() -> dict[str, Table]:
    return {
        name: Table(id=name, **entry) for name, entry in safe_load((HERE / "tables.yaml").read_text("utf-8")).items()
    }


@cache
def indicators() -> dict[str, Indicator]:
    """Raises ValueError for an indicator that no table carries."""
    entries = safe_load((HERE / "indicators.yaml").read_text("utf-8")).items()
    found = {name: Indicator(id=name, **entry) for name, entry in entries}
    for one in found.values():
        if not one.tables or set(one.tables) - set(tables()):
            raise ValueError(f"indicators.yaml: no table carries {one.id}")
    return found


def tables_of(period: str) -> list[Table]:
    """The tables of an edition: a quarter ("2026-Q3") or a year ("2026")."""
    return [table for table in tables().values() if table.quarterly == ("-Q" in period)]


def quarters_of(period: str) -> list[str]:
    return [period] if "-Q" in period else [f"{period}-Q{number}" for number in (1, 2, 3, 4)]


def _ordered(codes: CodeList) -> list[str]:
    return [one.id for parent in codes.level1 for one in (parent, *codes.children(parent.id))]
