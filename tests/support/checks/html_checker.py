"""Every page that a run of the suite sees is kept once and read by the Nu HTML checker at the end, all by one Java process.

The checker is the npm package `vnu-jar` (MIT licence), fetched by npm into a cache and compared with the digest below.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.services import Missing
from tests.support.shared import shared

VERSION = "26.9.27"
INTEGRITY = "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
# What somebody typed stands in the field again as it was, also where it is no date.
TYPED = "for attribute “value” on element “input”"
_TAG = re.compile(rb"<[a-z][^>]*>")
# Values that differ from page to page and of which one says enough; a telephone number is none of them.
_VALUE = re.compile(rb'\b(?!class|type|role|aria-)([a-z-]+)="(?!tel:)[^"]*"')
_seen: set[bytes] = set()
_read: set[bytes] = set()  # tags whose shape was seen


def keep(request, response, test: str) -> None:
    """Keep a whole page for the check at the end: the first of each view and status, and each with a tag that is new."""
    if response.streaming or b"<!doctype html" not in response.content[:200].lower():
        return
    view = request.resolver_match.view_name if request.resolver_match else "none"
    tags = set(_TAG.findall(response.content)) - _read
    _read.update(tags)
    shapes = {_VALUE.sub(rb"\1", tag) for tag in tags}
    shapes.add(f"{view} {response.status_code}".encode())
    if shapes <= _seen:
        return
    _seen.update(shapes)
    name = hashlib.sha256(response.content).hexdigest()[:16]
    page = _folder() / f"{name}.html"
    page.write_bytes(response.content)
    page.with_suffix(".json").write_text(json.dumps({"view": view, "path": request.path, "test": test}))


def faults() -> Iterator[str]:
    """What the checker says against the pages that were kept, each kind once for each view."""
    pages = sorted(_folder().glob("*.html"))
    if not pages:
        return
    command = ["java", "-Xss4m", "-jar", str(_jar()), "--errors-only", "--format", "json", "--exit-zero-always"]
    run = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=True)
    told: set[tuple[str, str]] = set()
    for message in json.loads(run.stderr)["messages"]:
        about = json.loads(Path(message["url"].removeprefix("file:")).with_suffix(".json").read_text())
        if TYPED in message["message"]:
            continue
        if (about["view"], message["message"]) not in told:
            told.add((about["view"], message["message"]))
            extract = " ".join(message.get("extract", "").split())
            yield f"{about['view']} ({about['path']}, in {about['test']}): {message['message']} At: {extract}"
    shutil.rmtree(_folder())  # the next leg has pages of its own


def _folder() -> Path:
    folder = shared() / "pages"
    folder.mkdir(exist_ok=True)
    return folder


def _jar() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "weerbaar"
    jar = cache / f"vnu-{VERSION}.jar"
    if not shutil.which("java"):
        raise Missing("java")
    if jar.exists():
        return jar
    if not shutil.which("npm"):
        raise Missing("npm")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"vnu-jar@{VERSION}"]
        packed = Path(
            folder, subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        )
        digest = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if digest != INTEGRITY:
            raise RuntimeError(f"vnu-jar {VERSION} is not the package that is expected: its digest is {digest}")
        with tarfile.open(packed) as archive:
            archive.extract("package/build/dist/vnu.jar", folder, filter="data")
        cache.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder, "package/build/dist/vnu.jar"), jar.with_suffix(".part"))
        jar.with_suffix(".part").rename(jar)
    return jar
