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
    """Those of the organisations that people may mean by these words, the surest first: of whom this is the whole name, with or
    without what it is; whose name begins with it; of whom each word begins a word; in whose name it stands; and, where there is
    none of these, whose name is spelled nearly so."""
    asked = plain(query)
    if not asked:
        return []
    named = [(organisation, _names(organisation)) for organisation in organisations]
    ranked: list[tuple[float, str, Organisation]] = [
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
    """What it is called, each as it is compared; its own name also with what it is: "provincie utrecht"."""
    return [plain(name) for name in (str(organisation), organisation.name, *spoken().get(organisation.slug, ()))]


def _essence(name: str) -> str:
    """A name without the words that only say what it is; whole where there is nothing else."""
    words = name.split()
    return " ".join([word for word in words if word not in KINDS] or words)


def _rank(asked: str, name: str) -> int | None:
    """How sure it is that this name is meant, from 0 on; None where it is not meant."""
    meant, essence = _essence(asked), _essence(name)
    words = name.split()
    ranks = (
        asked == name,
        meant == essence,
        essence.startswith(meant),
        all(any(word.startswith(part) for word in words) for part in meant.split()),
        asked in name,
    )
    return next((rank for rank, holds in enumerate(ranks) if holds), None)


def _likeness(asked: str, name: str) -> float:
    return SequenceMatcher(None, _essence(asked), _essence(name)).ratio()
