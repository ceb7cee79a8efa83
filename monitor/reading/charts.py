"""Charts of a table, drawn as SVG on the server.

Bars are solid, striped, dotted or hollow, so a chart can be read in grey. Numbers and names are in the picture, and the
table stands beside it. x is in per cent and y in pixels, so that text keeps its size at every width."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from monitor.reading.tables import Grid
from monitor.rules.catalogue import TOTAL

MOST_STACKED = 4
ROW, BAR, WIDEST = 44, 16, 86.0
PATTERNS = SafeString(
    '<defs><pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="paper" width="7" height="7"/><rect class="f2" width="4" height="7"/></pattern>'
    '<pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="paper" width="7" height="7"/>'
    '<circle class="f3" cx="3.5" cy="3.5" r="2"/></pattern></defs>'
)
FILLS = ("s1 solid", "s2 stripes", "s3 dots", "hollow")


@dataclass(frozen=True)
class TableChart:
    """`names`: of the series, for the legend; empty for a single series. `panels`: (column, chart), one small chart for each
    column where there are too many to stack."""

    picture: SafeString
    names: list[str]
    panels: list[tuple[str, SafeString]]

    @property
    def legend(self) -> SafeString:
        """The list items that name the series."""
        return format_html_join(
            "",
            '<li><svg aria-hidden="true" focusable="false"><rect class="{}" width="100%" height="100%"/></svg> {}</li>',
            ((FILLS[number], name) for number, name in enumerate(self.names)),
        )


def chart_of(grid: Grid, name: str) -> TableChart:
    """A chart with one bar for each row: stacked by column where there are two to four columns, else of the total, with a
    panel for each column."""
    rows, columns = grid.parts
    labels = [grid.lines[row].head.label for row in rows]
    whole = [grid.lines[row].cells[0].value for row in rows]
    names = [grid.columns[column].label for column in columns]
    values = [[grid.lines[row].cells[column].value for row in rows] for column in columns]
    if grid.columns[0].code == TOTAL and 1 < len(columns) <= MOST_STACKED:
        return TableChart(_bars(labels, values, name), names, [])
    most = max((max(column, default=0) for column in values), default=0)
    panels = [(label, _bars(labels, [column], label, most)) for label, column in zip(names, values, strict=True)]
    return TableChart(_bars(labels, [whole], name), [], panels)


def _bars(labels: Sequence[str], series: Sequence[Sequence[int]], name: str, most: int = 0) -> SafeString:
    """One bar for each label, with its total at the end. `series`: for each series the values in the order of the labels;
    a bar is made of one part of each series. `most`: the total of the longest bar that the width must hold."""
    totals = [sum(parts) for parts in zip(*series, strict=True)]
    most = most or max(totals, default=0) or 1
    drawn = [PATTERNS] if len(series) > 1 else []
    for index, (label, total) in enumerate(zip(labels, totals, strict=True)):
        y = index * ROW
        drawn.append(format_html('<text x="0" y="{}">{}</text>', y + 14, label))
        start = 0.0
        for number, part_values in enumerate(series):
            width = WIDEST * part_values[index] / most
            if width:
                drawn.append(
                    format_html(
                        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>',
                        FILLS[number],
                        f"{start:.2f}",
                        y + 20,
                        f"{width:.2f}",
                        BAR,
                    )
                )
            start += width
        drawn.append(
            format_html(
                '<text class="number" x="{}%" dx="6" y="{}">{}</text>',
                f"{start:.2f}",
                y + 33,
                number_format(total, force_grouping=True),
            )
        )
    return format_html(
        '<svg class="wb-chart wb-chart--bars" height="{}" role="img" aria-label="{}">{}</svg>',
        len(labels) * ROW,
        name,
        format_html_join("", "{}", ((element,) for element in drawn)),
    )
