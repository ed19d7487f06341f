"""The sheet as a PNG, drawn by Pillow at three times the size and reduced."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterable, Iterator

from PIL import Image, ImageDraw

from marketplace.demo.drawing_geometry import Point, Points, arc
from marketplace.demo.drawing_sheet import HEIGHT, WIDTH, Shape
from marketplace.demo.drawing_svg import (
    DASHES,
    INK,
    PAPER,
    THUMB_WIDTHS,
    WIDTHS,
    fill_colour,
)

SUPERSAMPLING = 3


def to_png(shapes: Iterable[Shape], *, width: int, height: int, thumb: bool = False) -> bytes:
    """A PNG of that size in pixels; the 4:3 sheet is fitted and centred on white paper."""
    scale = min(width / WIDTH, height / HEIGHT) * SUPERSAMPLING
    big = (width * SUPERSAMPLING, height * SUPERSAMPLING)
    shift = ((big[0] - WIDTH * scale) / 2, (big[1] - HEIGHT * scale) / 2)
    image = Image.new("RGB", big, PAPER)
    brush = _Brush(ImageDraw.Draw(image), scale, shift=shift, thumb=thumb)
    for shape in shapes:
        if not (thumb and shape.detail):
            brush.paint(shape)
    small = image.resize((width, height), Image.Resampling.LANCZOS).convert("L")
    out = io.BytesIO()
    _toned(small).save(out, "PNG", optimize=True)
    return out.getvalue()


def _toned(grey: Image.Image) -> Image.Image:
    """Ink blue on white from the grey values, as an indexed image (a third of the bytes)."""
    ink = [int(INK[i : i + 2], 16) for i in (1, 3, 5)]
    dark = round(0.299 * ink[0] + 0.587 * ink[1] + 0.114 * ink[2])
    palette: list[int] = []
    for value in range(256):
        share = min(1.0, max(0.0, (value - dark) / (255 - dark)))
        palette.extend(round(channel + (255 - channel) * share) for channel in ink)
    toned = grey.copy()
    toned.putpalette(palette)  # turns greys into palette indices
    return toned


class _Brush:
    def __init__(
        self, draw: ImageDraw.ImageDraw, scale: float, *, shift: Point, thumb: bool
    ) -> None:
        self._draw, self._scale, self._shift, self._thumb = draw, scale, shift, thumb
        self._widths = THUMB_WIDTHS if thumb else WIDTHS

    def paint(self, shape: Shape) -> None:
        points = shape.points
        if shape.radius:
            points = arc(points[0], shape.radius, start=0, end=360)
        elif shape.closed:
            points = (*points, points[0])
        placed = tuple(
            (x * self._scale + self._shift[0], y * self._scale + self._shift[1]) for x, y in points
        )
        colour = fill_colour(shape.fill, thumb=self._thumb)
        if colour:
            self._draw.polygon(placed, fill=colour)
        if shape.pen is None:
            return
        width = max(1, round(self._widths[shape.pen] * self._scale))
        pattern = DASHES.get(shape.pen)
        strokes = _dashed(placed, [d * self._scale for d in pattern]) if pattern else [placed]
        for stroke in strokes:
            self._stroke(stroke, width)

    def _stroke(self, points: Points, width: int) -> None:
        self._draw.line(points, fill=INK, width=width, joint="curve")
        if width > 2:  # round the ends, which Pillow leaves square
            for x, y in (points[0], points[-1]):
                r = width / 2 - 0.5
                self._draw.ellipse((x - r, y - r, x + r, y + r), fill=INK)


def _dashed(points: Points, pattern: list[float]) -> Iterator[Points]:
    """The inked pieces of a polyline under a dash pattern (ink, gap, ink, gap ...)."""
    index, left = 0, pattern[0]
    piece: list[Point] = [points[0]]
    for start, end in itertools.pairwise(points):
        at, length = 0.0, math.dist(start, end)
        while length - at > left:
            at += left
            share = at / length
            corner = (
                start[0] + (end[0] - start[0]) * share,
                start[1] + (end[1] - start[1]) * share,
            )
            if index % 2 == 0:
                yield (*piece, corner)
            piece = [corner]
            index = (index + 1) % len(pattern)
            left = pattern[index]
        left -= length - at
        piece.append(end)
    if index % 2 == 0 and len(piece) > 1:
        yield tuple(piece)
