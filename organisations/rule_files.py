"""An error in a rule file names the file: whoever edits rules sees at once where to look."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yaml import YAMLError


@contextmanager
def errors_name(path: Path) -> Iterator[None]:
    """Around reading `path`. A refusal (ValueError, YAMLError) comes out as a ValueError that begins with folder and file."""
    try:
        yield
    except (ValueError, YAMLError) as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error
