"""The drawing sheet: a display list of inked shapes that both outputs render."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from marketplace.demo.drawing_geometry import Point, Points, arc, box
from marketplace.demo.drawing_lettering import numeral_strokes, numeral_width

WIDTH, HEIGHT = 400.0, 300.0
NUMERAL_HEIGHT = 12.5
MARGIN = 4.0


class Pen(Enum):
    """Line kinds of a technical drawing."""

    OUTLINE = "outline"
    FINE = "fine"
    CENTRE = "centre"
    HIDDEN = "hidden"
    LETTER = "letter"


class Fill(Enum):
    """What covers the inside of a closed shape."""

    NONE = "none"
    PAPER = "paper"
    CUT = "cut"  # a cut face: hatched on the sheet, tinted in the thumbnail
    INK = "ink"


@dataclass(frozen=True)
class Shape:
    """One inked polyline or circle; ``detail`` shapes are left out of thumbnails."""

    points: Points
    pen: Pen | None
    fill: Fill = Fill.NONE
    closed: bool = False
    detail: bool = False
    radius: float = 0.0  # above 0: a circle about points[0]


class Sheet:
    """Collects shapes in painting order: later ones cover earlier ones where they are filled."""

    def __init__(self, *, first_numeral: int = 1, step: int = 1) -> None:
        self.shapes: list[Shape] = []
        self.numerals: list[str] = []
        self._next, self._step = first_numeral, step

    def line(
        self, points: Iterable[Point], pen: Pen = Pen.OUTLINE, *, detail: bool = False
    ) -> None:
        """An open polyline."""
        self.shapes.append(Shape(tuple(points), pen, detail=detail))

    def fine(self, points: Iterable[Point], *, detail: bool = False) -> None:
        """A thin open polyline."""
        self.line(points, Pen.FINE, detail=detail)

    def body(
        self, points: Iterable[Point], pen: Pen | None = Pen.OUTLINE, *, fill: Fill = Fill.PAPER,
        detail: bool = False,
    ) -> None:  # fmt: skip
        """A closed outline that hides what lies behind it."""
        self.shapes.append(Shape(tuple(points), pen, fill, closed=True, detail=detail))

    def circle(
        self, centre: Point, radius: float, *, pen: Pen = Pen.OUTLINE, fill: Fill = Fill.PAPER,
        detail: bool = False,
    ) -> None:  # fmt: skip
        """A full circle."""
        self.shapes.append(Shape((centre,), pen, fill, closed=True, detail=detail, radius=radius))

    def cut(self, points: Iterable[Point], *, slant: float = 45.0, gap: float = 5.5) -> None:
        """A cut face: outline with hatching at ``slant`` degrees, lines ``gap`` apart."""
        outline = tuple(points)
        self.body(outline, fill=Fill.CUT)
        for segment in hatch_lines(outline, slant=slant, gap=gap):
            self.fine(segment, detail=True)

    def axis(self, start: Point, end: Point) -> None:
        """A dash-dot centre line."""
        self.line((start, end), Pen.CENTRE, detail=True)

    def cross(self, centre: Point, reach: float) -> None:
        """Two centre lines crossing at a point."""
        x, y = centre
        self.axis((x - reach, y), (x + reach, y))
        self.axis((x, y - reach), (x, y + reach))

    def rect(self, origin: Point, size: Point, *, fill: Fill = Fill.PAPER) -> None:
        """An upright rectangle."""
        self.body(box(origin, size), fill=fill)

    def bolt(self, centre: Point, radius: float) -> None:
        """A bolt head seen from above: circle and hexagon."""
        self.circle(centre, radius)
        hexagon = arc(centre, radius * 0.62, start=0, end=360)[::12]
        self.body(hexagon, Pen.FINE, detail=True)

    def arrow(self, start: Point, end: Point) -> None:
        """A flow arrow with a filled head at ``end``."""
        self.line((start, end))
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = tuple(
            (end[0] - 10 * math.cos(angle + turn), end[1] - 10 * math.sin(angle + turn))
            for turn in (-0.32, 0.32)
        )
        self.body((end, *head), fill=Fill.INK)

    def note(self, part: Point, at: Point) -> None:
        """The next reference numeral, written at ``at`` with a leader line to the part."""
        numeral = str(self._next)
        self._next += self._step
        self.numerals.append(numeral)
        width = numeral_width(numeral, height=NUMERAL_HEIGHT)
        inset = width / 2 + MARGIN  # a long numeral moves in from the edge
        at = (min(max(at[0], inset), WIDTH - inset), at[1])
        self.fine(leader(at, part, clear=width), detail=True)
        for stroke in numeral_strokes(numeral, at, height=NUMERAL_HEIGHT):
            self.line(stroke, Pen.LETTER, detail=True)


def leader(numeral_at: Point, part: Point, *, clear: float) -> Points:
    """A slightly bent leader line from beside a numeral ``clear`` units wide to the part."""
    dx, dy = part[0] - numeral_at[0], part[1] - numeral_at[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    gap = min((clear / 2 + 4) / max(abs(ux), 1e-6), (NUMERAL_HEIGHT / 2 + 4) / max(abs(uy), 1e-6))
    start = (numeral_at[0] + ux * gap, numeral_at[1] + uy * gap)
    bend = min(9.0, 0.09 * length)
    middle = ((start[0] + part[0]) / 2 - uy * bend, (start[1] + part[1]) / 2 + ux * bend)
    return tuple(_curve(start, middle, part, share=i / 8) for i in range(9))


def _curve(a: Point, b: Point, c: Point, *, share: float) -> Point:
    left, right = 1 - share, share
    return (
        left * left * a[0] + 2 * left * right * b[0] + right * right * c[0],
        left * left * a[1] + 2 * left * right * b[1] + right * right * c[1],
    )


def hatch_lines(outline: Points, *, slant: float, gap: float) -> list[Points]:
    """Parallel segments filling a closed outline, by even-odd crossings along turned scan lines."""
    cos, sin = math.cos(math.radians(slant)), math.sin(math.radians(slant))
    # u runs along the hatch line, v across it
    turned = [(x * cos + y * sin, y * cos - x * sin) for x, y in outline]
    low, high = min(v for _, v in turned), max(v for _, v in turned)
    segments: list[Points] = []
    for k in range(math.ceil(low / gap), math.floor(high / gap) + 1):
        level = k * gap + 0.013  # keeps scan lines off the corners
        cuts = _crossings(turned, level)
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            segments.append(
                tuple((u * cos - level * sin, u * sin + level * cos) for u in (left, right))
            )
    return segments


def _crossings(outline: list[Point], level: float) -> list[float]:
    cuts = []
    for (u0, v0), (u1, v1) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (v0 <= level) != (v1 <= level):
            cuts.append(u0 + (u1 - u0) * (level - v0) / (v1 - v0))
    return sorted(cuts)
