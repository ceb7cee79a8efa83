"""Sealed facts read one by one, as tests look at them; the figures count them many at once."""

from collections.abc import Iterator, Sequence

from organisations.codes import code_list
from reporting.counting import facts as sealed
from reporting.counting.corrections import CountedFact


def facts(population: str, quarters: Sequence[str]) -> Iterator[CountedFact]:
    """The facts of a population in these quarters, in no order."""
    for quarter in quarters:
        for batch in sealed.facts(population, quarter):
            for number, index in enumerate(batch.at):
                codes = {
                    name: code_list(name).leaves[column[number]].id
                    for name, column in batch.codes.items()
                    if column[number] >= 0
                }
                yield CountedFact(population, batch.organisations[index], quarter, codes)
