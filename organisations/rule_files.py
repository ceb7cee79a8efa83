"""The product's own rules, in YAML: one loader for every file, with file and line in what it refuses.

libyaml reads the files where it is installed: that takes a tenth of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from yaml import MappingNode, Node, SafeLoader, SequenceNode, YAMLError, safe_dump
from yaml.constructor import ConstructorError

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML that was built without libyaml
    Loader = SafeLoader  # type: ignore[misc, assignment]

ROOT = Path(__file__).parent.parent

Rules = TypeVar("Rules")


_NOTED: ContextVar[list[Path] | None] = ContextVar("rule files that are read", default=None)


class BadRules(ValueError):
    """A rule file that cannot be used. The message has one line for each mistake: `file:line: keys: what is wrong`."""


class WrongRule(ValueError):
    """What a validator of a rule file's model raises for a mistake below the model: `at` are the keys that lead there."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at


def read_rules(path: Path, model: type[Rules]) -> Rules:
    """What a rule file says, as `model`: a pydantic model or a type of them such as `dict[str, Deadline]`.

    Raises :class:`BadRules` for a file that is not there, is no YAML, has a key twice, or is refused by the model.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRules(f"{_name(path)}: {error}") from error
    return rules_in(text, model, path)


def rules_in(text: str, model: type[Rules], path: Path) -> Rules:
    """As :func:`read_rules`, for a text that was read already. `path` is what the errors name."""
    name = _name(path)
    noted = _NOTED.get()
    if noted is not None:
        noted.append(path)
    try:
        data, root = _parsed(text)
    except YAMLError as unreadable:
        mark = getattr(unreadable, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadRules(f"{name}:{line}: {getattr(unreadable, 'problem', None) or unreadable}") from unreadable
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as refused:
        lines = []
        for mistake in refused.errors(include_url=False, include_input=False):
            cause = mistake.get("ctx", {}).get("error")
            at = (*mistake["loc"], *getattr(cause, "at", ()))
            keys = ".".join(str(key) for key in at)
            lines.append(f"{name}:{_line(root, at)}: {keys + ': ' if keys else ''}{cause or mistake['msg']}")
        raise BadRules("\n".join(lines)) from refused
    except (LookupError, TypeError, AttributeError) as misshapen:  # from a validator that takes the file as it is
        raise BadRules(f"{name}:1: the file has not the shape that it needs: {misshapen!r}") from misshapen


@contextmanager
def noted_files() -> Iterator[list[Path]]:
    """Notes every rule file that is read meanwhile."""
    noted: list[Path] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def written_rules(data: Any) -> str:
    """`data` (lists, mappings, texts, numbers) as the text of a rule file, keys in their order."""
    return safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else f"{path.parent.name}/{path.name}"


def _parsed(text: str) -> tuple[Any, Node | None]:
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None, None
        _refuse_double_keys(root)
        return loader.construct_document(root), root
    finally:
        loader.dispose()


def _refuse_double_keys(root: Node) -> None:
    """YAML lets the last of two equal keys win without a word."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, MappingNode):
            keys = set()
            for key, value in node.value:
                if (key.tag, str(key.value)) in keys:
                    raise ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
                keys.add((key.tag, str(key.value)))
                nodes.append(value)
        elif isinstance(node, SequenceNode):
            nodes += node.value


def _line(root: Node | None, at: tuple[str | int, ...]) -> int:
    """The line of the deepest key of `at` that stands in the file. Pydantic's own steps, such as the name of a model in a
    union, stand in no file and are passed over."""
    node, line = root, 1
    for step in at:
        if isinstance(node, MappingNode):
            entry = next((entry for entry in node.value if entry[0].value == str(step)), None)
            if entry:
                line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
