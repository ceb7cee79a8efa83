"""The parts in which somebody belongs to a case without working it (parts.yaml)."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.kinds.rights import rights
from organisations.rule_files import read_rules
from organisations.texts import Text


class RightWhen(StrEnum):
    """What must hold for a sentence on a papers page; cases/parties/rights.py says whether it does."""

    OPEN = "open"  # either side can still add something
    UNJUDGED = "unjudged"  # nothing was judged or decided about anybody
    TOLD = "told"  # this person was told an outcome, and nothing was decided since
    UNTOLD = "untold"  # something was decided, and this person was not told what
    REPLY_COMES = "reply_comes"  # the protocol asks for a reply, and it was not gone through yet


class RightSentence(BaseModel):
    """A sentence that a person reads on their papers page, where all of `when` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: Text
    when: list[RightWhen] = []


class Part(BaseModel):
    """One part. `speaks_for`: acts for somebody else of the case. `mailbox`: can get a papers page with a code; `told_by`: kinds
    of document, of which a decision that names this very person must have asked one before; `rights`: what the person reads there first;
    `may_ask`: what they can ask there (rights.yaml); `talk_to`: with whom they may talk. `marked`: other cases about the same person
    are found; `is_heard`: they stand on the hearing list from the start; `is_about`: the case is about them, so that who works
    under them is kept out too."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    speaks_for: bool = False
    mailbox: bool = False
    told_by: list[str] = []
    rights: list[RightSentence] = []
    may_ask: list[str] = []
    talk_to: Text | None = None
    marked: bool = False
    is_heard: bool = False
    is_about: bool = False

    @model_validator(mode="after")
    def _tells_rights(self) -> "Part":
        if self.mailbox and all(one.when for one in self.rights):
            raise ValueError("who has a papers page reads there what they may do, however the case stands")
        if set(self.may_ask) - set(rights()) or (self.may_ask and not self.mailbox):
            raise ValueError("what somebody asks is a right of rights.yaml, and is asked on a papers page")
        if self.told_by and not self.is_heard:
            raise ValueError("who is told that a case is about them is heard")
        if self.told_by and (set(self.may_ask) != set(rights()) or self.talk_to is None):
            raise ValueError(
                "who is told that a case is about them can ask everything, and reads whom they may talk to"
            )
        return self


@cache
def parts() -> dict[str, Part]:
    """The parts of parts.yaml, {code: part}."""
    return read_rules(Path(__file__).parent / "parts.yaml", dict[str, Part])
