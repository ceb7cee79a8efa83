"""python verify_edition.pyz ARCHIVE.zip [--key HEX]: is this edition whole, signed and safe?"""

import argparse
import json
import pkgutil
import sys
from pathlib import Path

from .archive import known_catalogues, verify


def main() -> int:
    """Check the archive that the command line names. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="verify_edition",
        description="Repeats the proof of an edition of figures from its archive alone. Exit status 0: safe; 1: not.",
    )
    parser.add_argument("archive", type=Path, help="the zip from /api/v1/editions/…/archive")
    parser.add_argument(
        "--key", default="", help="the public key that must have signed it, in hex, from the method page"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    known = known_catalogues((pkgutil.get_data(__package__, "catalogues.txt") or b"").decode())
    finding = verify(given.archive, catalogues=known, public_key=given.key)
    if given.format == "json":
        print(json.dumps({"edition": finding.edition, "result": finding.result, "faults": finding.faults}))
    else:
        print("\n".join([*finding.faults, finding.in_words(bool(given.key))]))
    return 0 if finding.is_safe else 1


if __name__ == "__main__":
    sys.exit(main())
