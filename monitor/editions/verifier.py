"""verify_edition.pyz, the stand-alone program that repeats a proof: `disclosure/proof/` packed as one file."""

import io
import zipfile
from functools import cache
from pathlib import Path

from monitor.disclosure.proof.archive import known_catalogues

PROOF = Path(__file__).parents[1] / "disclosure" / "proof"
_START = b"#!/usr/bin/env python3\n"
_MAIN = "import sys\n\nfrom proof.__main__ import main\n\nsys.exit(main())\n"
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)


@cache
def catalogues() -> set[str]:
    """The SHA-256 checksums, in hex, of all catalogues with which an edition was ever published."""
    return known_catalogues((PROOF / "catalogues.txt").read_text("ascii"))


@cache
def rules_version() -> str:
    """The version of the catalogue with which an edition is proven today: that of the last line of catalogues.txt."""
    return (PROOF / "catalogues.txt").read_text("ascii").splitlines()[-1].split()[0]


@cache
def verifier() -> bytes:
    """The content of verify_edition.pyz, the same bytes each time."""
    packed = io.BytesIO(_START)
    packed.seek(0, io.SEEK_END)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as program:
        program.writestr(zipfile.ZipInfo("__main__.py", _ZIP_TIME), _MAIN)
        for file in sorted([*PROOF.glob("*.py"), PROOF / "catalogues.txt"]):
            program.writestr(zipfile.ZipInfo(f"proof/{file.name}", _ZIP_TIME), file.read_bytes())
    return packed.getvalue()
