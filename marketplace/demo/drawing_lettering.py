"""Draughtsman's numerals as strokes, so that no output depends on a font."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import Point, Points, ellipse_arc

_SIX: Points = (
    (3.4, 0.5), (2.4, 0.0), (1.3, 0.3), (0.4, 1.5), (0.05, 3.2), (0.1, 4.5), (0.7, 5.6),
    (2.0, 6.0), (3.3, 5.5), (3.9, 4.2), (3.4, 2.9), (2.1, 2.4), (0.8, 2.9), (0.1, 4.0),
)  # fmt: skip
_STROKES: dict[str, tuple[Points, ...]] = {
    "0": (ellipse_arc((2, 3), (1.9, 3), start=0, end=360),),
    "1": (((0.7, 1.3), (2.2, 0.0), (2.2, 6.0)),),
    "2": (
        ((0.0, 1.7), (0.3, 0.7), (1.1, 0.1), (2.0, 0.0), (3.0, 0.2), (3.7, 0.9), (3.8, 1.8),
         (3.3, 2.8), (0.0, 6.0), (4.0, 6.0)),
    ),
    "3": (
        ((0.2, 0.9), (1.0, 0.15), (2.0, 0.0), (3.1, 0.3), (3.6, 1.2), (3.3, 2.2), (2.3, 2.8),
         (1.5, 2.8)),
        ((2.3, 2.8), (3.5, 3.3), (3.9, 4.4), (3.4, 5.5), (2.2, 6.0), (1.0, 5.9), (0.1, 5.1)),
    ),
    "4": (((2.9, 6.0), (2.9, 0.0), (0.0, 4.2), (4.0, 4.2)),),
    "5": (
        ((3.6, 0.0), (0.7, 0.0), (0.4, 2.7), (1.2, 2.2), (2.2, 2.1), (3.3, 2.6), (3.9, 3.8),
         (3.6, 5.1), (2.6, 5.9), (1.4, 6.0), (0.2, 5.3)),
    ),
    "6": (_SIX,),
    "7": (((0.0, 0.0), (4.0, 0.0), (1.5, 6.0)),),
    "8": (
        ellipse_arc((2, 1.45), (1.6, 1.45), start=0, end=360),
        ellipse_arc((2, 4.45), (1.95, 1.55), start=0, end=360),
    ),
    "9": (tuple((4 - x, 6 - y) for x, y in _SIX),),
}  # fmt: skip
_ADVANCE = 5.6


def numeral_strokes(numeral: str, centre: Point, *, height: float) -> tuple[Points, ...]:
    """The strokes that write ``numeral`` (digits only) centred on a point, ``height`` units tall.

    Raises KeyError for a character that is no digit.
    """
    unit = height / 6
    left = centre[0] - unit * (_ADVANCE * len(numeral) - 1.6) / 2
    top = centre[1] - height / 2
    return tuple(
        tuple((left + unit * (x + _ADVANCE * i), top + unit * y) for x, y in stroke)
        for i, digit in enumerate(numeral)
        for stroke in _STROKES[digit]
    )


def numeral_width(numeral: str, *, height: float) -> float:
    """How wide ``numeral`` stands at that height."""
    return height / 6 * (_ADVANCE * len(numeral) - 1.6)
