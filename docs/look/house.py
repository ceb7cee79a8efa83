"""Draw docs/house.svg: the floors and, in each app, its rooms.

    .venv/bin/python docs/look/house.py

The floors and the order of the rooms are those of the import contracts in pyproject.toml, so the picture cannot tell
anything else. A test compares.
"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/house.svg"
ABOUT = {
    "weerbaar": "the project",
    "care": "duty of care",
    "monitor": "national figures",
    "cases": "handling",
    "reporting": "form, evidence, mailbox, facts",
    "organisations": "people and what they may",
    "vault": "keys, ledger",
    "jobs": "work after the commit",
}
NO_ROOMS = {"management", "migrations", "templatetags"}
LEFT, RIGHT, GAP, LINE = 54, 690, 12, 17
INK, SOFT, EDGE = "#14262c", "#465a61", "#0b5563"


def contracts() -> tuple[list[list[str]], dict[str, list[str]]]:
    """The floors from the top, each with its apps; and for each app its layers from the top."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [rule for rule in rules if rule["type"] == "layers"]
    floors = next([floor.split(" | ") for floor in rule["layers"]] for rule in layers if "containers" not in rule)
    return floors, {app: rule["layers"] for rule in layers for app in rule.get("containers", [])}


def rooms(app: str) -> set[str]:
    """The folders of an app that hold code."""
    folders = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")}
    return folders - NO_ROOMS


def rows(app: str, layers: list[str]) -> list[str]:
    """What is written in the box of an app, from its highest layer to its lowest; rooms only."""
    known = rooms(app)
    if not layers:
        return [" · ".join(sorted(known))] if known else []
    named = [[room for room in layer.split(" | ") if room in known] for layer in layers]
    return [" · ".join(layer) for layer in named if layer]


def drawn() -> str:
    floors, layers = contracts()
    top, parts = 14, []
    for number, apps in enumerate(floors):
        texts = [rows(app, layers.get(app, [])) for app in apps]
        height = 42 + LINE * max(len(text) for text in texts)
        width = (RIGHT - LEFT - GAP * (len(apps) - 1)) // len(apps)
        parts.append(f'<text x="24" y="{top + 26}" font-size="18" fill="{SOFT}">{len(floors) - 1 - number}</text>')
        for place, (app, text) in enumerate(zip(apps, texts, strict=True)):
            parts += _box(app, text, LEFT + place * (width + GAP), top, width, height, raised=number == 0)
        top += height + 10
    words = "; ".join(" and ".join(apps) for apps in floors)
    arrow = f"M725 24v{top - 48}M717 {top - 36}l8 14 8-14"
    head = [
        "<svg",
        '  xmlns="http://www.w3.org/2000/svg"',
        f'  viewBox="0 0 760 {top + 4}"',
        '  role="img"',
        f'  aria-label="Floors from the top: {words}. Rooms stand in their app. Imports go down only."',
        '  font-family="sans-serif"',
        ">",
        f'  <rect width="760" height="{top + 4}" fill="#ffffff" />',
    ]
    tail = [f'  <path d="{arrow}" fill="none" stroke="{EDGE}" stroke-width="3" />', "</svg>"]
    return "\n".join([*head, *(f"  {part}" for part in parts), *tail]) + "\n"


def _box(app: str, text: list[str], x: int, y: int, width: int, height: int, *, raised: bool) -> list[str]:
    size = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="6"'
    fill = "#fff3d2" if raised else "#e2f0f2"
    name = f'<text x="{x + 14}" y="{y + 24}" font-size="17" font-weight="700" fill="{INK}">{app}</text>'
    about = (
        f'<text x="{x + width - 14}" y="{y + 24}" font-size="13" text-anchor="end" fill="{SOFT}">{ABOUT[app]}</text>'
    )
    lines = [
        f'<text x="{x + 14}" y="{y + 28 + LINE * row}" font-size="13" fill="{INK}">{words}</text>'
        for row, words in enumerate(text, 1)
    ]
    return [f'<rect {size} fill="{fill}" stroke="{EDGE}" stroke-width="2" />', name, about, *lines]


if __name__ == "__main__":
    PICTURE.write_text(drawn(), "utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
