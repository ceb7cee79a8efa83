"""A factsheet as two pages of A4. It has the same numbers as the page; each chart is a picture whose text alternative says
the same."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitor.factsheets.pictures import ChartPicture, bars, columns
from monitor.factsheets.reading import FigureBlock, Sheet
from monitor.reading.words import formatted
from reporting.pdf import pdf

STYLE = "weerbaar-factsheet.css"
PAGES = 2
TIGHT = "@page { margin: 8mm 15mm 11mm } html { font-size: 8.7pt } .pair, .figures, .survey { margin-bottom: 2.5mm }"
TREND_HEIGHT = 105
WIDE_LABELS = 42  # per cent of the whole width of the paper


def paper_of(sheet: Sheet, method: str) -> dict[str, Any]:
    """The context of the template of the paper. `method`: the address of the page that explains the figures."""
    return {
        "sheet": sheet,
        "language": get_language(),
        "method": method,
        "is_demo": settings.DEMO,
        "trend": trend(sheet, TREND_HEIGHT),
        "pairs": [[(block, picture_of(block)) for block in pair] for pair in _pairs(sheet.ordered)],
        "in_time": bars(
            _("Deadlines that were met."),
            [(share.label, share.length, share.words) for share in sheet.timeliness.shares],
            labels=WIDE_LABELS,
            most=100,
        ),
    }


def trend(sheet: Sheet, height: int) -> ChartPicture:
    """Standing bars of the total by year."""
    title = _("Number of reports by year.")
    return columns(title, [(year, number.value, formatted(number.value)) for year, number in sheet.years], height)


def picture_of(block: FigureBlock) -> ChartPicture:
    """Lying bars of the rows of a figure."""
    title = f"{block.title} {block.about}"
    return bars(title, [(row.label, row.number.value, formatted(row.number.value)) for row in block.rows])


def _pairs(blocks: list[FigureBlock]) -> list[list[FigureBlock]]:
    return [blocks[start : start + 2] for start in range(0, len(blocks), 2)]


def as_pdf(page: str) -> bytes:
    """A tagged PDF of two pages. Raises :class:`reporting.pdf.NoPdf`."""
    return pdf(page, style=STYLE, fit=(PAGES, TIGHT))
