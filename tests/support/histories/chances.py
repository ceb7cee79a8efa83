"""Histories by chance: run, and a fault told with as few steps as show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from tests.support.histories.history import History, Step
from tests.support.histories.steps import OFTEN
from tests.support.histories.world import World, settled, undone

BEGUN, ENDING = 9, 5  # so many steps by chance after the first report in a beginning, and in an end
ENDS = 10  # histories that share a beginning, which is run once for all of them


def chance_history(seed: int, length: int = 14) -> list[Step]:
    """A history by chance: a report first, then whatever comes."""
    chance = Random(seed)
    steps = [Step("report", 0, chance.getrandbits(32)), Step("work")]
    if chance.random() < 0.5:
        steps.append(Step("report", 1, chance.getrandbits(32)))
    return [*steps, *_by_chance(chance, length)]


def long_history(number: int) -> list[Step]:
    """One of the many histories, which go on in :data:`ENDS` ways after each beginning."""
    return chance_history(number // ENDS, BEGUN) + _by_chance(Random(f"end {number}"), ENDING)


def _by_chance(chance: Random, length: int) -> list[Step]:
    return [Step(chance.choice(OFTEN), chance.choice([0, 0, 1, 2]), chance.getrandbits(32)) for _step in range(length)]


def broken_by(world: World, steps: list[Step]) -> str:
    """What a history shows of somebody whom a report is about, with the history; empty where all is well."""
    with settled(steps[0].seed), undone():
        try:
            History(world).run(steps)
        except AssertionError as fault:
            return str(fault)
    return ""


def many_broken(world: World, numbers: range) -> Iterator[tuple[int, str]]:
    """(number, what it shows) of each long history that is broken. Of histories that share a beginning, that is done and looked
    at once, and each goes on from there."""
    for first in range(numbers.start, numbers.stop, ENDS):
        ends = [number for number in range(first - first % ENDS, first - first % ENDS + ENDS) if number in numbers]
        yield from _broken_of_one_beginning(world, ends)


def _broken_of_one_beginning(world: World, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    numbers = list(numbers)
    steps = {number: long_history(number) for number in numbers}
    begins = steps[numbers[0]][:-ENDING]
    with settled(begins[0].seed) as chance, undone():
        history = History(world)
        try:
            history.begin(begins)
        except AssertionError as fault:
            yield numbers[0], str(fault)
            return
        at = chance.getstate()
        for number in numbers:
            chance.setstate(at)
            try:
                with undone():
                    history.copied().run(steps[number][-ENDING:])
            except AssertionError as fault:
                yield number, str(fault)


def shortest(world: World, steps: list[Step]) -> list[Step]:
    """The same fault with as few steps as leaving out one after another gives."""
    for step in reversed(steps):
        fewer = [other for other in steps if other is not step]
        if broken_by(world, fewer):
            steps = fewer
    return steps
