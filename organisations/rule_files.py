"""The product's own YAML. libyaml reads it where it is there: that takes a tenth of the time, at every start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yaml import SafeLoader, YAMLError, load

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML that was built without it
    Loader = SafeLoader  # type: ignore[misc, assignment]


def safe_load(text: str) -> Any:
    """What a text says. Raises yaml.YAMLError."""
    return load(text, Loader)  # noqa: S506  both are safe ones


@contextmanager
def errors_name(path: Path) -> Iterator[None]:
    """Around reading `path`. A refusal (ValueError, YAMLError) comes out as a ValueError that begins with folder and file."""
    try:
        yield
    except (ValueError, YAMLError) as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error
