"""Keeping a national protocol when it is released: running cases go on with the version with which they began."""

import hashlib
import json
from pathlib import Path
from typing import Any

from cases.protocol.definitions import Protocol
from organisations.rule_files import written_rules

HEAD = "# The national protocol {id} {version}, as its blocks made it. Written by `manage.py keep_protocol`; never changed.\n"


def as_written(protocol: Protocol) -> str:
    """The composed protocol as a file of `earlier/`: what `installed.earlier` reads from it equals the protocol."""
    return HEAD.format(id=protocol.id, version=protocol.version) + written_rules(_data(protocol))


def digest(protocol: Protocol) -> str:
    """16 hex digits over everything that the protocol says, in Dutch, with the order of its phases. The same in every
    language and on every machine."""
    content = json.dumps([list(protocol.phases), _data(protocol)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def published(folder: Path) -> dict[tuple[str, str], str]:
    """What was released, {(id, version): digest}, as `digests.txt` in the folder of kept protocols says."""
    path = folder / "digests.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {(name, version): of for name, version, of in (line.split() for line in lines if line[:1] not in {"", "#"})}


def _data(protocol: Protocol) -> dict[str, Any]:
    return protocol.model_dump(mode="json", exclude_defaults=True)
