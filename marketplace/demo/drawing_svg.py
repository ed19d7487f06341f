"""The sheet as an SVG document."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from marketplace.demo.drawing_sheet import HEIGHT, WIDTH, Fill, Pen, Shape

INK, PAPER, TINT = "#1b2a41", "#ffffff", "#d5dbe4"
WIDTHS = {Pen.OUTLINE: 1.5, Pen.FINE: 0.65, Pen.CENTRE: 0.6, Pen.HIDDEN: 0.8, Pen.LETTER: 1.15}
THUMB_WIDTHS = {**WIDTHS, Pen.OUTLINE: 4.6, Pen.FINE: 2.6}
DASHES: dict[Pen, tuple[float, ...]] = {Pen.CENTRE: (12, 3, 2, 3), Pen.HIDDEN: (5, 3)}


def to_svg(shapes: Iterable[Shape], *, title: str, thumb: bool = False) -> str:
    """One self-contained SVG: viewBox 400 x 300, its accessible name in <title>, no text glyphs."""
    widths = THUMB_WIDTHS if thumb else WIDTHS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'role="img" stroke="{INK}" stroke-linecap="round" stroke-linejoin="round" fill="none">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="{PAPER}" stroke="none"/>',
    ]
    parts.extend(
        _element(shape, widths=widths, thumb=thumb)
        for shape in shapes
        if not (thumb and shape.detail)
    )
    parts.append("</svg>")
    return "\n".join(parts)


def fill_colour(fill: Fill, *, thumb: bool) -> str | None:
    """The colour of a covered inside, None where nothing covers it."""
    if fill is Fill.CUT:
        return TINT if thumb else PAPER
    return {Fill.NONE: None, Fill.PAPER: PAPER, Fill.INK: INK}[fill]


def _element(shape: Shape, *, widths: dict[Pen, float], thumb: bool) -> str:
    style = _style(shape, widths=widths, thumb=thumb)
    if shape.radius:
        (x, y) = shape.points[0]
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(shape.radius)}"{style}/>'
    path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in shape.points)
    return f'<path d="{path}{"Z" if shape.closed else ""}"{style}/>'


def _style(shape: Shape, *, widths: dict[Pen, float], thumb: bool) -> str:
    colour = fill_colour(shape.fill, thumb=thumb)
    style = f' fill="{colour}"' if colour else ""
    if shape.pen is None:
        return style + ' stroke="none"'
    style += f' stroke-width="{widths[shape.pen]}"'
    dashes = DASHES.get(shape.pen)
    return style + (f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else "")


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
