"""The page "How sure is this?": the method in words, with a worked example."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe
from pydantic import BaseModel, ConfigDict

from monitor.editions.archive import PUBLISHER
from monitor.editions.verifier import verifier
from monitor.models import Edition
from monitor.rules.catalogue import TOTAL, as_cell, catalogue, window
from organisations.codes import code_list
from organisations.rule_files import read_rules
from vault.keyring.signing import public_key

Numbers = list[list[int]]
LARGE = 100  # a value that is not small, as one of the values that are explained


class Example(BaseModel):
    """The worked example of example.yaml. Every table is a list of rows, and has the rows and columns that are named, totals
    first. `cell`: the codes of the cell that somebody is after."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    seed: str
    rows: list[str]
    columns: list[str]
    counted: Numbers
    offsets: Numbers
    wanted: Numbers
    published: Numbers
    cell: tuple[str, str]
    registers: tuple[Numbers, Numbers]

    @property
    def position(self) -> tuple[int, int]:
        """The row and column, as indices, of the cell that somebody is after."""
        return self.rows.index(self.cell[0]), self.columns.index(self.cell[1])

    def at_cell(self, numbers: Numbers) -> int:
        """The number of the cell that somebody is after, in one of the tables of the example."""
        row, column = self.position
        return numbers[row][column]

    def labelled(self, numbers: Numbers) -> dict:
        """A table for the page: {columns, lines: [(label, values)]}."""

        def label(dimension: str, code: str) -> str:
            return _("Total") if code == TOTAL else code_list(dimension)[code].label

        return {
            "columns": [label("layer", code) for code in self.columns],
            "lines": [(label("kind_short", code), values) for code, values in zip(self.rows, numbers, strict=True)],
        }


@cache
def worked_example() -> Example:
    """The content of example.yaml."""
    return read_rules(Path(__file__).with_name("example.yaml"), Example)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """The page that explains the method."""
    shown, margins = worked_example(), catalogue().margins
    wider = max((value for codes in margins.larger.values() for value in codes.values()), default=margins.default)
    usual, widest = (catalogue().base - 1 + margin for margin in (margins.default, wider))
    out = Edition.objects.standing().order_by("-id")
    newest = out.yearly().first() or out.first()
    cell = as_cell({"kind": shown.cell[0], "layer": shown.cell[1]})
    low, high = catalogue().window(cell, shown.at_cell(shown.published))
    context = {
        "section": "method",
        "base": catalogue().base,
        "meaning": [(value, *window(value, usual), *window(value, widest)) for value in (0, 5, 10, LARGE)],
        "wider_codes": [
            f"{code_list(dimension).label}: {', '.join(code_list(dimension)[code].label for code in codes)}"
            for dimension, codes in margins.larger.items()
        ],
        "counted": shown.labelled(shown.counted),
        "published": shown.labelled(shown.published),
        "registers": [
            (number, shown.labelled(register), shown.at_cell(register))
            for number, register in enumerate(shown.registers, 1)
        ],
        "cell": {"value": shown.at_cell(shown.published), "low": low, "high": high},
        "newest": newest,
        "public_key": public_key(PUBLISHER).hex() if newest else "",  # the first use makes the key: a visit must not
    }
    return render(request, "monitor/pages/method.html", context)


@require_safe
@condition(etag_func=lambda request: f'"{sha256(verifier()).hexdigest()}"')
def verify_edition(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that repeats a proof."""
    return HttpResponse(verifier(), content_type="application/zip", headers={"Cache-Control": "no-cache"})
