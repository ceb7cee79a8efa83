"""The geometry of the charts of a factsheet; templates write the SVG from it.

x is in per cent and y in pixels, so that text keeps its size at every width. Every bar carries its number, so that a
picture can be read in grey, and the picture's name says the numbers in words."""

from collections.abc import Sequence
from dataclasses import dataclass

Drawn = Sequence[tuple[str, int | None, str]]  # label, value (None for no bar), and the number in words
# pixels of a lying bar: distance to the next, thickness, from its top to the base of its text
LINE, THICK, UP = 16, 10, 12
LABELS, NUMBERS = 55, 13  # per cent: the bars begin after the labels, and leave room for the numbers
FOOT, HEAD = 22, 20
WIDEST_COLUMN = 18  # per cent: with one or two years, bars do not fill the picture


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
        """y of the line on which standing bars stand."""
        return self.height - FOOT

    @property
    def foot(self) -> int:
        """y of the labels below that line."""
        return self.height - 5


def bars(title: str, rows: Drawn, *, labels: int = LABELS, most: int = 0) -> ChartPicture:
    """Lying bars, each with its label before it and its number behind it. `most`: the value of a bar of full length; the
    largest value where it is 0."""
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
    """Standing bars, in the order of time. `height`: of the picture in pixels."""
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
