"""Finding an organisation by what people call it: "Den Haag", "gemeente Utrecht", "utrcht", a village of it."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from organisations.models import Organisation
from organisations.names import plain
from organisations.rule_files import read_rules

# Words that say what kind of organisation it is, and no more: whoever types them means the name after them.
KINDS = {"gemeente", "provincie", "waterschap", "wetterskip", "hoogheemraadschap", "de", "het", "van"}
LEAST_ALIKE = 0.75  # of 1: "utrcht" is 0.92 to "utrecht"


@cache
def spoken() -> dict[str, list[str]]:
    """What people call an organisation beside its name, {slug: names}: spoken.yaml."""
    return read_rules(Path(__file__).with_name("spoken.yaml"), dict[str, list[str]])


def found(query: str, organisations: Iterable[Organisation]) -> list[Organisation]:
    """Those of the organisations that people may mean by these words, the surest first: whose name it is, whose name begins
    with it, of whom each word begins a word, and, where there is none of these, whose name is spelled nearly so."""
    asked = _essence(query)
    if not asked:
        return []
    named = [(organisation, _names(organisation)) for organisation in organisations]
    ranked = [
        (min(ranks), organisation.name, organisation)
        for organisation, names in named
        if (ranks := [rank for name in names if (rank := _rank(asked, name)) is not None])
    ]
    if not ranked:
        ranked = [
            (1 - likeness, organisation.name, organisation)
            for organisation, names in named
            if (likeness := max(_likeness(asked, name) for name in names)) >= LEAST_ALIKE
        ]
    return [organisation for _rank_of_it, _name, organisation in sorted(ranked, key=lambda row: row[:2])]


def _names(organisation: Organisation) -> list[str]:
    return [_essence(name) for name in (organisation.name, *spoken().get(organisation.slug, ()))]


def _essence(name: str) -> str:
    """The name as it is compared, without the words that only say what it is; whole where there is nothing else."""
    words = plain(name.replace("-", " ")).split()
    return " ".join([word for word in words if word not in KINDS] or words)


def _rank(asked: str, name: str) -> float | None:
    if asked == name:
        return 0
    if name.startswith(asked):
        return 1
    words = name.split()
    return 2 if all(any(word.startswith(part) for word in words) for part in asked.split()) else None


def _likeness(asked: str, name: str) -> float:
    return SequenceMatcher(None, asked, name).ratio()
