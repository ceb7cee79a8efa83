"""The page about the architecture and its picture tell what is there."""

import re
import runpy

import pytest

from tests.support.services import ROOT

HOUSE = runpy.run_path(str(ROOT / "docs/look/house.py"))
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
FLOORS, LAYERS = HOUSE["contracts"]()
APPS = [app for floor in FLOORS for app in floor]


def _rows(app: str) -> list[str]:
    """The rooms that the page describes under the heading of an app, in its order."""
    section = re.split(r"^#+ ", re.split(rf"^### .*\b{app}\b.*$", PAGE, maxsplit=1, flags=re.M)[1], flags=re.M)[0]
    return re.findall(r"^\| `(\w+)/`", section, re.M)


def test_the_picture_is_the_one_that_the_contracts_draw():
    assert HOUSE["PICTURE"].read_text("utf-8") == HOUSE["drawn"](), "run docs/look/house.py"


@pytest.mark.parametrize("app", APPS)
def test_the_page_has_a_line_for_each_room_in_the_order_of_the_layers(app):
    described = _rows(app)
    assert set(described) - HOUSE["NO_ROOMS"] == HOUSE["rooms"](app)
    layers = [room for layer in LAYERS.get(app, []) for room in layer.split(" | ") if room in described]
    assert described == layers or not layers


def test_every_room_with_a_contract_stands_in_the_picture():
    for app, layers in LAYERS.items():
        drawn = {room for row in HOUSE["rows"](app, layers) for room in row.split(" · ")}
        assert drawn == HOUSE["rooms"](app), app


def test_a_key_of_a_case_is_asked_for_in_one_place_where_lacking_it_is_not_found():
    """Beside it only where there is no case yet: the number of who is called at night."""
    asking = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "cases").rglob("*.py")
        if "open_compartment(" in path.read_text()
    }
    assert asking == {
        "cases/desk/keys.py",
        "cases/alarm/alarm.py",
    }
