"""Whether a text to the reporter may name a sanction of a person (sanctions.yaml). It is found by words, so the writer is asked:
what is not found is not thereby in order."""

import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from cases.protocol.checking.contradictions import plain
from organisations.rule_files import read_rules


class SanctionWords(BaseModel):
    """The whole of sanctions.yaml: parts of words, in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    parts: list[str]


@cache
def sanction_words() -> SanctionWords:
    """The words of sanctions.yaml."""
    return read_rules(Path(__file__).with_name("sanctions.yaml"), SanctionWords)


def names_sanction(text: str) -> str:
    """The first word of a text that may name a sanction of a person; empty where there is none."""
    parts = "|".join(re.escape(part) for part in sanction_words().parts)
    found = re.search(rf"[\w-]*(?:{parts})[\w-]*", plain(text))
    return found[0] if found else ""


def sanction_question(word: str) -> str:
    """What the writer is asked about such a word."""
    return _("“%(word)s” may name a sanction of a person. Leave it out, or say here that it names none.") % {
        "word": word
    }
