"""Advice for the reporter, read from advice.yaml."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from yaml import safe_load

from reporting.questions import Words


class Advice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Words
    text: Words
    source: str


@cache
def _all() -> dict[str, list[Advice]]:
    text = Path(__file__).with_name("advice.yaml").read_text("utf-8")
    return {kind: [Advice.model_validate(one) for one in items] for kind, items in safe_load(text).items()}


def advice_for(kind: str) -> list[Advice]:
    return _all()[kind]
