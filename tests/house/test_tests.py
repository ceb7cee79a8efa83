"""A test that asserts nothing passes whatever the product does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.services import ROOT

ASSERTING = re.compile(r"_?(assert\w*|check|check_\w+|expect|expect_\w+|raises|warns|django_assert\w*)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _calls(function: Function) -> set[str]:
    """The last words of what it calls: "raises" of `pytest.raises(…)`."""
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "") for name in called}


def idle(source: str) -> list[str]:
    """The tests of a file that assert nothing, themselves or through a helper of the same file."""
    functions = {function.name: function for function in _functions(ast.parse(source))}
    asserting: set[str] = set()
    for _round in functions:  # a helper may use a helper
        for name, function in functions.items():
            calls = _calls(function)
            says = any(isinstance(node, ast.Assert) for node in ast.walk(function))
            if says or calls & asserting or any(ASSERTING.fullmatch(call) for call in calls):
                asserting.add(name)
    return [name for name in functions if name.startswith("test_") and name not in asserting]


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/**/test_*.py")), ids=lambda path: path.name)
def test_every_test_asserts_something(path: Path):
    assert idle(path.read_text()) == []


def test_a_test_without_assertion_is_found():
    assert idle("def test_nothing():\n    page = get()\n") == ["test_nothing"]
    assert idle("def test_raises():\n    with pytest.raises(ValueError):\n        int('x')\n") == []
    assert idle("def test_by_helper():\n    helper()\ndef helper():\n    assert page\n") == []
