"""Drawings of refrigeration parts."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import (
    Point,
    Variation,
    arc,
    box,
    helix,
    mirrored,
    polar,
    rounded,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def compressor_valve(sheet: Sheet, vary: Variation) -> None:
    """Valve plate of a reciprocating compressor: plan above, section below."""
    reach = vary.between(72, 84)
    sheet.body(rounded((60, 22), (280, 148), radius=18))
    for x, y in ((82.0, 42.0), (318.0, 42.0), (82.0, 150.0), (318.0, 150.0)):
        sheet.circle((x, y), 9)
        sheet.cross((x, y), 13)
    sheet.circle((200, 96), 66, pen=Pen.HIDDEN, fill=Fill.NONE, detail=True)
    sheet.body((*arc((200 - reach + 40, 76), 19, start=90, end=270), (268, 68), (268, 60),
                (298, 60), (298, 92), (268, 92), (268, 84), (200 - reach + 40, 95)))  # fmt: skip
    sheet.circle((200 - reach + 40, 76), 12, pen=Pen.HIDDEN, fill=Fill.NONE)
    sheet.body((*arc((200 + reach - 40, 124), 15, start=-90, end=90), (136, 131), (136, 140),
                (106, 140), (106, 108), (136, 108), (136, 117)))  # fmt: skip
    sheet.circle((200 + reach - 40, 124), 9, pen=Pen.HIDDEN, fill=Fill.NONE)
    sheet.bolt((284, 76), 6)
    sheet.bolt((121, 124), 6)
    sheet.axis((40, 96), (360, 96))
    _plate_section(sheet, lift=vary.between(9, 15))
    sheet.note((180, 72), (130, 10))
    sheet.note((240, 124), (378, 110))
    sheet.note((70, 100), (24, 70))
    sheet.note((284, 76), (376, 40))
    sheet.note((190, 202), (230, 186))
    sheet.note((330, 226), (378, 200))
    sheet.note((262, 254), (300, 288))


def _plate_section(sheet: Sheet, *, lift: float) -> None:
    for left, right in ((60.0, 146.0), (178.0, 240.0), (266.0, 340.0)):
        sheet.cut(box((left, 220), (right - left, 24)), gap=6)
    sheet.line(((96, 219), (120, 218), (158, 218 - lift * 0.6), (190, 218 - lift)), Pen.OUTLINE)
    sheet.line(((96, 213), (130, 208), (190, 200 - lift)))
    sheet.rect((96, 204), (16, 18))
    sheet.line(((308, 246), (284, 247), (232, 246 + lift * 0.7)), Pen.OUTLINE)
    sheet.rect((300, 242), (14, 14))
    sheet.arrow((162, 262), (162, 228))
    sheet.arrow((253, 214), (253, 238))


def expansion_valve(sheet: Sheet, vary: Variation) -> None:
    """Section of an electronic expansion valve: stator, rotor, screw, needle, seat."""
    cone = vary.between(18, 26)
    x = 196.0
    for side in (False, True):
        _valve_side(sheet, x, flip=side)
    sheet.body(rounded((x - 30, 34), (60, 84), radius=14), fill=Fill.NONE)
    for edge in (-24.0, 14.0):
        sheet.cut(box((x + edge, 52), (10, 56)), slant=45 if edge < 0 else -45, gap=4)
    sheet.rect((x - 5, 46), (10, 108))
    for i in range(9):
        y = 72 + i * 5
        sheet.fine(((x - 5, y), (x + 5, y + 3)), detail=True)
    sheet.line(helix((x - 10, 118), (x - 10, 146), turns=4, width=7), Pen.FINE, detail=True)
    sheet.line(helix((x + 10, 118), (x + 10, 146), turns=4, width=7), Pen.FINE, detail=True)
    sheet.body(((x - 9, 150), (x + 9, 150), (x + 9, 188), (x + 3, 188 + cone),
                (x - 3, 188 + cone), (x - 9, 188)))  # fmt: skip
    sheet.arrow((96, 178), (128, 178))
    sheet.arrow((x, 262), (x, 288))
    sheet.axis((x, 14), (x, 296))
    sheet.note((x - 58, 70), (72, 34))
    sheet.note((x - 20, 90), (60, 98))
    sheet.note((x + 2, 100), (298, 24))
    sheet.note((x + 26, 44), (330, 66))
    sheet.note((x + 6, 176), (330, 160))
    sheet.note((x + 16, 216), (330, 214))
    sheet.note((x + 40, 198), (344, 262))


def _valve_side(sheet: Sheet, x: float, *, flip: bool) -> None:
    def place(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return mirrored(points, x=x) if flip else points

    sheet.cut(place(box((x - 78, 40), (46, 72))), slant=-45 if flip else 45, gap=6)
    for y in (52.0, 80.0):
        sheet.body(place(box((x - 72, y), (32, 20))))
        sheet.line(place(((x - 72, y), (x - 40, y + 20))), Pen.FINE, detail=True)
        sheet.line(place(((x - 72, y + 20), (x - 40, y))), Pen.FINE, detail=True)
    wall = ((x - 46, 118), (x - 12, 118), (x - 12, 156), (x - 22, 160), (x - 22, 166),
            (x - 46, 166))  # fmt: skip
    sheet.cut(place(wall), slant=45, gap=5)
    seat = ((x - 46, 190), (x - 22, 190), (x - 22, 198), (x - 5, 204), (x - 5, 222),
            (x - 16, 232), (x - 16, 256), (x - 26, 256), (x - 26, 230), (x - 46, 222))  # fmt: skip
    sheet.cut(place(seat), slant=45, gap=5)
    if flip:
        sheet.cut(place(box((x - 46, 166), (12, 24))), slant=45, gap=5)
    else:
        sheet.line(((x - 46, 166), (x - 108, 166)))
        sheet.line(((x - 46, 190), (x - 108, 190)))


def fin_coil(sheet: Sheet, vary: Variation) -> None:
    """Finned tube coil: serpentine tube, plate fins, header and side plates."""
    rows, pitch = vary.count(5, 6), 36.0
    top = 150 - (rows - 1) * pitch / 2
    for offset in (-7.0, 7.0):
        for i in range(rows):
            y = top + i * pitch
            sheet.line(((78, y + offset), (322, y + offset)))
    for i in range(rows - 1):
        x, start = (322.0, -90.0) if i % 2 == 0 else (78.0, 90.0)
        centre = (x, top + (i + 0.5) * pitch)
        sheet.line(arc(centre, pitch / 2 + 7, start=start, end=start + 180))
        sheet.line(arc(centre, pitch / 2 - 7, start=start, end=start + 180))
    low, high = top - 18, top + (rows - 1) * pitch + 18
    fins = vary.count(24, 30)
    for i in range(fins):
        x = 92 + i * 216 / (fins - 1)
        sheet.line(((x, low), (x, high)), Pen.FINE, detail=i % 4 != 0)
    for x in (80.0, 312.0):
        sheet.cut(box((x, low - 6), (8, high - low + 12)), gap=4)
    last = top + (rows - 1) * pitch
    out = 322.0 if rows % 2 else 78.0
    _stub(sheet, (78, top), inward=True)
    _stub(sheet, (out, last), inward=False)
    sheet.note((140, low + 4), (132, 16))
    sheet.note((84, low + 2), (40, 22))
    sheet.note((220, top + pitch), (262, 14))
    sheet.note((342, top + pitch / 2 - 12), (380, 60))
    sheet.note((318, high - 10), (374, 280))
    sheet.note((60, top), (24, top + 34))


def _stub(sheet: Sheet, at: Point, *, inward: bool) -> None:
    x, y = at
    way = -1 if x < 200 else 1
    for offset in (-7.0, 7.0):
        sheet.line(((x, y + offset), (x + way * 30, y + offset)))
    near, far = (x + way * 24, y), (x + way * 56, y)
    sheet.arrow(far if inward else near, near if inward else far)


def four_way_valve(sheet: Sheet, vary: Variation) -> None:
    """Section of a four-way reversing valve: body, slide, pistons, four ports."""
    shift = vary.pick((-26.0, 26.0))
    y = 140.0
    for sign in (-1, 1):
        sheet.cut(box((52, y + (sign * 38 if sign > 0 else -46)), (296, 8)), gap=5)
    for x in (44.0, 348.0):
        sheet.cut(box((x, y - 46), (8, 92)), slant=-45, gap=5)
    for x in (86.0 + shift, 300.0 + shift):
        sheet.cut(box((x, y - 37), (14, 74)), slant=45, gap=5)
    sheet.rect((100 + shift, y - 6), (200, 12))
    sheet.body((*arc((200 + shift, y + 36), 44, start=180, end=360),), fill=Fill.CUT)
    sheet.body((*arc((200 + shift, y + 36), 33, start=180, end=360),))
    for x in (148.0, 200.0, 252.0):
        for edge in (-12.0, 8.0):
            sheet.cut(box((x + edge, y + 46), (4, 62)), gap=4)
    for edge in (-12.0, 8.0):
        sheet.cut(box((200 + edge, y - 108), (4, 62)), gap=4)
    sheet.rect((122 + shift, y + 34), (156, 6))
    sheet.arrow((200, 22), (200, 62))
    sheet.arrow((200, 262), (200, 290))
    for x, way in ((148.0, 1), (200.0, 1), (252.0, 1), (200.0, -1)):
        sheet.body(box((x - 8, y + (37 if way > 0 else -47)), (16, 10)), None)
    for end, far in ((30.0, 44.0), (370.0, 356.0)):
        sheet.line(((far, y + 20), (end, y + 20), (end, y - 30)), Pen.FINE)
    sheet.axis((26, y), (392, y))
    sheet.note((60, y - 42), (30, 60))
    sheet.note((300 + shift + 6, y - 20), (328, 52))
    sheet.note((200 + shift + 26, y + 6), (290, 26))
    sheet.note((110 + shift + 4, y + 2), (96, 36))
    sheet.note((138, y + 90), (90, 268))
    sheet.note((262, y + 90), (318, 268))
    sheet.note(polar((200 + shift, y + 36), 39, degrees=200), (34, 236))
