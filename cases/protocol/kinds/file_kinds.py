"""The kinds of files that people at work add to a case, and from whom they come (file_kinds.yaml)."""

from functools import cache

from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.kinds.forms import HERE
from organisations.rule_files import read_rules
from organisations.texts import Text


class FileKind(BaseModel):
    """A kind of file. `comes_from`: the code of the source from which it usually comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    comes_from: str


class FileKinds(BaseModel):
    """Kinds {code: kind} and sources {code: words}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: dict[str, FileKind]
    sources: dict[str, Text]

    @model_validator(mode="after")
    def _sources_exist(self) -> "FileKinds":
        if strange := {kind.comes_from for kind in self.kinds.values()} - set(self.sources):
            raise ValueError(f"there is no source {', '.join(sorted(strange))}")
        return self


@cache
def file_kinds() -> FileKinds:
    """The rules of file_kinds.yaml."""
    return read_rules(HERE / "file_kinds.yaml", FileKinds)
