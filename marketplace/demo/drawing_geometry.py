"""Plane geometry for the drawings: points, turned and mirrored outlines, and seeded variation."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

Point = tuple[float, float]
Points = tuple[Point, ...]
T = TypeVar("T")


class Variation:
    """Numbers drawn from a name and a seed, the same on every machine and Python version."""

    def __init__(self, name: str, seed: int) -> None:
        self._stem = f"{name}:{seed}"
        self._drawn = 0

    def between(self, low: float, high: float) -> float:
        """The next number in [low, high)."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._stem}:{self._drawn}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48

    def count(self, low: int, high: int) -> int:
        """The next whole number in low..high, both ends included."""
        return int(self.between(low, high + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """The next element of ``choices``."""
        return choices[self.count(0, len(choices) - 1)]


def polar(centre: Point, radius: float, *, degrees: float) -> Point:
    """The point at ``radius`` from ``centre``; 0° points right, 90° down the sheet."""
    angle = math.radians(degrees)
    return (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))


def arc(centre: Point, radius: float, *, start: float, end: float) -> Points:
    """Points on the circle from ``start`` to ``end`` degrees, at most 5° apart."""
    return ellipse_arc(centre, (radius, radius), start=start, end=end)


def ellipse_arc(centre: Point, radii: Point, *, start: float, end: float) -> Points:
    """Points on the ellipse from ``start`` to ``end`` degrees, at most 5° apart."""
    steps = max(2, math.ceil(abs(end - start) / 5))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return tuple(
        (centre[0] + radii[0] * math.cos(a), centre[1] + radii[1] * math.sin(a)) for a in angles
    )


def box(origin: Point, size: Point) -> Points:
    """The four corners of an upright rectangle, from its upper left corner."""
    (x, y), (width, height) = origin, size
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def rounded(origin: Point, size: Point, *, radius: float) -> Points:
    """A rectangle whose corners are quarter circles of ``radius``."""
    (x, y), (width, height) = origin, size
    corners = (
        ((x + width - radius, y + radius), -90.0),
        ((x + width - radius, y + height - radius), 0.0),
        ((x + radius, y + height - radius), 90.0),
        ((x + radius, y + radius), 180.0),
    )
    outline: list[Point] = []
    for centre, start in corners:
        outline.extend(arc(centre, radius, start=start, end=start + 90))
    return tuple(outline)


def moved(points: Iterable[Point], by: Point) -> Points:
    """The same outline, shifted."""
    return tuple((x + by[0], y + by[1]) for x, y in points)


def turned(points: Iterable[Point], about: Point, *, degrees: float) -> Points:
    """The same outline, turned clockwise about a point."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple(
        (
            about[0] + (x - about[0]) * cos - (y - about[1]) * sin,
            about[1] + (x - about[0]) * sin + (y - about[1]) * cos,
        )
        for x, y in points
    )


def flipped(points: Iterable[Point], *, y: float) -> Points:
    """The outline mirrored at the horizontal line ``y``."""
    return tuple((px, 2 * y - py) for px, py in points)


def mirrored(points: Iterable[Point], *, x: float) -> Points:
    """The outline mirrored at the vertical line ``x``."""
    return tuple((2 * x - px, py) for px, py in points)


def toothed(centre: Point, radii: Point, *, teeth: int, depth: float) -> Points:
    """A closed ring of trapezoid teeth standing ``depth`` outside an ellipse (inside if negative).

    ``radii`` are the root radii along x and y.
    """
    outline: list[Point] = []
    pitch = 2 * math.pi / teeth
    for i in range(teeth):
        for share, height in ((0.0, 0.0), (0.2, depth), (0.5, depth), (0.7, 0.0)):
            a = (i + share) * pitch
            rx, ry = radii[0] + height, radii[1] + height
            outline.append((centre[0] + rx * math.cos(a), centre[1] + ry * math.sin(a)))
    return tuple(outline)


def helix(start: Point, end: Point, *, turns: int, width: float) -> Points:
    """A spring seen from the side: a zigzag of ``turns`` between two points."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    outline = [start]
    for i in range(turns * 2):
        along = length * (i + 0.5) / (turns * 2)
        side = width / 2 if i % 2 else -width / 2
        outline.append((x0 + ux * along - uy * side, y0 + uy * along + ux * side))
    return (*outline, end)
