"""What the checker looks at, and what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cases.protocol.checking.exploration import Explored
from cases.protocol.definitions import Protocol
from organisations.access.routing import Rules

# These outcomes say something about a person. The person must have been heard before.
ESTABLISHING = {
    "founded_no_measure", "written_address", "resign_secondary_post", "group_measure", "motion", "statutory_power",
    "hr_sanction", "repayment", "civil_claim", "rehabilitation",
}  # fmt: skip


@dataclass(frozen=True)
class ProtocolFinding:
    """One thing that is wrong with a protocol. `rule` is a code for tests and the API, `message` is for people."""

    rule: str
    message: str


@dataclass(frozen=True)
class CheckedProtocol:
    """A protocol with everything that can happen in it: the value that each rule looks at."""

    protocol: Protocol
    ways: tuple[Explored, ...]  # two: of a case with a person concerned, and of one without
    routing: Rules

    def title(self, phase: str) -> str:
        return self.protocol.title_of(phase)


Rule = Callable[[CheckedProtocol], Iterator[ProtocolFinding]]
