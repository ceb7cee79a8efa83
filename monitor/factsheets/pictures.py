"""Where the charts of a factsheet are drawn; the templates write the SVG. x in per cent, y in pixels, so that text keeps its
size at every width. Every bar carries its number, so that a picture can be read in grey, and its name says it in words."""

from collections.abc import Sequence
from dataclasses import dataclass

Drawn = Sequence[tuple[str, int | None, str]]  # label, value (None: nothing to draw), and the number in words
LINE, THICK, UP = 16, 10, 12  # a lying bar: from one to the next, its thickness, from its top to the foot of its words
LABELS, NUMBERS = 55, 13  # per cent: the bars begin after the labels, and leave room for the numbers
FOOT, HEAD = 22, 20
WIDEST_COLUMN = 18  # per cent: one or two years do not become walls


@dataclass(frozen=True)
class Bar:
    label: str
    words: str
    x: str
    y: int
    width: str
    height: int
    words_y: int
    middle: str


@dataclass(frozen=True)
class ChartPicture:
    name: str
    bars: list[Bar]
    height: int

    @property
    def ground(self) -> int:
        return self.height - FOOT

    @property
    def foot(self) -> int:
        return self.height - 5


def bars(title: str, rows: Drawn, *, labels: int = LABELS, most: int = 0) -> ChartPicture:
    """Lying bars, each with its label before and its number behind it; the longest is `most`, or the largest of them."""
    most = most or _most(rows)
    drawn = [
        Bar(
            label,
            words,
            f"{labels}%",
            number * LINE + 3,
            _per_cent(100 - labels - NUMBERS, value, most),
            THICK,
            number * LINE + UP,
            "",
        )
        for number, (label, value, words) in enumerate(rows)
    ]
    return ChartPicture(_name(title, rows), drawn, LINE * len(rows))


def columns(title: str, rows: Drawn, height: int) -> ChartPicture:
    """Standing bars, in the order of time."""
    most, slot = _most(rows), 100 / max(len(rows), 1)
    wide = min(slot * 0.6, WIDEST_COLUMN)
    drawn = []
    for number, (label, value, words) in enumerate(rows):
        tall = round((height - FOOT - HEAD) * (value or 0) / most)
        top = height - FOOT - tall
        middle = slot * (number + 0.5)
        x, width = f"{middle - wide / 2:.2f}%", f"{wide:.2f}%"
        drawn.append(Bar(label, words, x, top, width, tall, top - 6, f"{middle:.2f}%"))
    return ChartPicture(_name(title, rows), drawn, height)


def _most(rows: Drawn) -> int:
    return max((value or 0 for _label, value, _words in rows), default=0) or 1


def _per_cent(widest: int, value: int | None, most: int) -> str:
    return f"{widest * (value or 0) / most:.2f}%"


def _name(title: str, rows: Drawn) -> str:
    return f"{title} " + "; ".join(f"{label}: {words}" for label, _value, words in rows) + "."
