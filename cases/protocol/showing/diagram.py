"""A protocol as a picture: where every step is drawn and which arrows run between them. The template writes the SVG.

Steps of the usual way stand in one column, steps that lie aside in a second one. An arrow to a later step runs on the
right, an arrow back on the left; each has its own lane, so that no two lie on each other. Sizes are in SVG units.
"""

from dataclasses import dataclass

from cases.protocol.definitions import PREVIOUS, Protocol

WIDTH, HEIGHT, GAP, LEFT, LANE = 260, 44, 26, 150, 12


@dataclass(frozen=True)
class Box:
    """One step as it is drawn."""

    phase: str
    title: str
    x: int
    y: int
    aside: bool
    final: bool

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class Arrow:
    """A line between two steps. `path` is the `d` of an SVG path; `words` are the decisions that lead along it."""

    path: str
    words: str
    back: bool


@dataclass(frozen=True)
class Diagram:
    """The whole drawing."""

    boxes: list[Box]
    lines: list[Arrow]
    width: int
    height: int
    words: list[str]  # what the arrows say, for who does not see the picture

    box_width: int = WIDTH
    box_height: int = HEIGHT


def diagram(protocol: Protocol) -> Diagram:
    """The drawing of a protocol, with its words for who does not see it."""
    boxes = _boxes(protocol)
    box_of = {box.phase: box for box in boxes}
    lines: list[Arrow] = []
    words: list[str] = []
    right = left = 0
    for name, phase in protocol.phases.items():
        targets: dict[str, list[str]] = {}
        for decision in phase.decisions.values():
            if decision.to and decision.to != PREVIOUS:
                targets.setdefault(decision.to, []).append(str(decision.label))
        for to, labels in targets.items():
            start, end = box_of[name], box_of[to]
            said = ", ".join(labels)
            words.append(f"{start.title} → {end.title}: {said}")
            if not start.aside and not end.aside and end.y - start.y == HEIGHT + GAP:
                path = f"M{start.x + WIDTH // 2} {start.y + HEIGHT}V{end.y}"
                lines.append(Arrow(path, said, back=False))
            elif end.y > start.y or end.aside != start.aside:
                x = LEFT + WIDTH + LANE * (1 + right % 9)
                right += 1
                begin = start.x + (0 if start.aside else WIDTH)
                finish = end.x + (0 if end.aside else WIDTH)
                lines.append(Arrow(f"M{begin} {start.middle}H{x}V{end.middle}H{finish}", said, back=False))
            else:
                x = LEFT - LANE * (1 + left % 9)
                left += 1
                lines.append(Arrow(f"M{start.x} {start.middle}H{x}V{end.middle}H{end.x}", said, back=True))
    height = max(box.y for box in boxes) + HEIGHT + GAP
    return Diagram(boxes, lines, LEFT + 2 * WIDTH + LANE * 12, height, words)


def _boxes(protocol: Protocol) -> list[Box]:
    """The boxes of all steps. A step that lies aside stands beside the last step that leads to it, or in the first
    free row below."""
    rows = {name: row for row, name in enumerate(protocol.path)}
    taken: set[int] = set()
    aside = [name for name, phase in protocol.phases.items() if phase.aside]
    for name in sorted(aside, key=lambda phase: _beside(protocol, phase, rows)):
        row = _beside(protocol, name, rows)
        while row in taken:
            row += 1
        rows[name] = row
        taken.add(row)
    return [
        Box(
            name,
            str(phase.title),
            LEFT + WIDTH + LANE * 11 if phase.aside else LEFT,
            GAP + rows[name] * (HEIGHT + GAP),
            phase.aside,
            phase.final,
        )
        for name, phase in protocol.phases.items()
    ]


def _beside(protocol: Protocol, name: str, rows: dict[str, int]) -> int:
    leading = [
        rows[source]
        for source in protocol.path
        if any(decision.to == name for decision in protocol.phases[source].decisions.values())
    ]
    return max(leading, default=0)
