"""What is wrong with a deed: all of it at once, each fault at its field."""

from collections.abc import Iterable

from cases.desk.refusals import Refused


class Faults:
    """The faults that were found so far, as (words, field)."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def add(self, words: str, field: str) -> None:
        self.found.append((words, field))

    def extend(self, faults: Iterable[tuple[str, str]]) -> None:
        self.found.extend(faults)

    def refuse(self) -> None:
        """Raises Refused with all of them, where there are any."""
        if self.found:
            (words, field), *more = self.found
            raise Refused(words, field, tuple(more))
