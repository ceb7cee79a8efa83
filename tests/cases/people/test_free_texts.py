"""The list of every text in which somebody can be named: compared with the models, with what seals texts, and with every call
by which words are heard, so that nothing stands beside it and it says nothing that is not so."""

import ast
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from pydantic import ValidationError

from cases.people.words.free_texts import FreeText, free_texts

ROOT = Path(__file__).parents[3]
CAN_HOLD_WORDS = (models.CharField, models.TextField, models.BinaryField, models.JSONField)


def _columns() -> Iterator[str]:
    """Model.field of every column of cases and reporting in which words, or the name of a sealed text, could stand."""
    for app in ("cases", "reporting"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                names_a_text = isinstance(field, models.UUIDField) and not field.primary_key
                if names_a_text or (isinstance(field, CAN_HOLD_WORDS) and not field.choices):
                    yield f"{model.__name__}.{field.name}"


def test_every_column_that_could_hold_words_stands_in_the_list_once():
    known = free_texts()
    listed = [column for text in known.texts.values() for column in text.fields]
    listed += [column for lines in known.no_words.values() for line in lines for column in line]
    assert [column for column, times in Counter(listed).items() if times > 1] == []
    columns = set(_columns())
    assert columns - set(listed) == set(), "say in cases/people/words/free_texts.yaml how these words are heard"
    assert set(listed) - columns == set(), "no such column"


def _called(call: ast.Call) -> str:
    """The last part of what is called: `write_text` of `write_text(…)` and of `compartments.write_text(…)`."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _sealed_purposes() -> dict[str, set[str]]:
    """{stored purpose: the modules that seal such texts}."""
    found: dict[str, set[str]] = {}
    for app in ("cases", "reporting"):
        for path in (ROOT / app).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and _called(call) in {
                    "write_text",
                    "write_texts",
                    "take_words",
                }:
                    given = call.args[2 if _called(call) == "take_words" else 1]
                    if isinstance(given, ast.Name) and given.id == "purpose":
                        continue  # of a function that others call with theirs
                    value = eval(ast.unparse(given), vars(import_module(module)))  # noqa: S307  our own constant
                    if value != "utf-8":  # Path.write_text
                        found.setdefault(value, set()).add(module)
    return found


def test_every_purpose_under_which_a_text_is_sealed_stands_in_the_list():
    assert _sealed_purposes().keys() == free_texts().texts.keys()


def _calling(name: str) -> set[str]:
    """module.function of whatever calls this in cases and reporting."""
    found = set()
    for app in ("cases", "reporting"):
        for path in (ROOT / app).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for function in ast.walk(ast.parse(path.read_text())):
                calls = {_called(call) for call in ast.walk(function) if isinstance(call, ast.Call)}
                if isinstance(function, ast.FunctionDef) and name in calls:
                    found.add(f"{module}.{function.name}")
    return found


@pytest.mark.parametrize(("how", "call"), [("asked", "hear"), ("weighed", "weigh")])
def test_what_the_list_says_that_an_act_does_it_does_and_no_other_act_does(how, call):
    assert {act for text in free_texts().texts.values() for act in getattr(text, how)} == _calling(call)


def test_a_text_of_which_nothing_says_how_it_is_heard_is_refused():
    with pytest.raises(ValidationError, match="nothing says how"):
        FreeText(fields=["Note.text"])
