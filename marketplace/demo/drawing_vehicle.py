"""Drawings of automotive parts."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import (
    Point,
    Points,
    Variation,
    arc,
    box,
    ellipse_arc,
    helix,
    polar,
    rounded,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def brake_caliper(sheet: Sheet, vary: Variation) -> None:
    """Ventilated disc with its floating caliper, front view and section of the caliper."""
    disc: Point = (128.0, 158.0)
    holes = vary.count(18, 24)
    for radius in (110.0, 104.0, 62.0, 46.0):
        sheet.circle(disc, radius, pen=Pen.OUTLINE if radius != 104 else Pen.FINE)
    for i in range(holes):
        a = i * 360 / holes
        sheet.circle(polar(disc, 74 + (i % 3) * 10, degrees=a), 3, detail=i % 2 == 1)
    for i in range(5):
        sheet.circle(polar(disc, 34, degrees=i * 72 - 90), 5)
    sheet.circle(disc, 18)
    sheet.cross(disc, 120)
    shell = (*arc(disc, 122, start=-128, end=-52), *arc(disc, 66, start=-56, end=-124))
    sheet.body(shell)
    for a in (-112, -68):
        sheet.circle(polar(disc, 92, degrees=a), 15)
        sheet.circle(polar(disc, 92, degrees=a), 10, pen=Pen.FINE, detail=True)
    for a in (-134, -46):
        sheet.bolt(polar(disc, 112, degrees=a), 7)
    _caliper_section(sheet, vary.between(24, 30))
    sheet.note(polar(disc, 107, degrees=30), (246, 262))
    sheet.note(polar(disc, 92, degrees=-112), (30, 30))
    sheet.note(polar(disc, 112, degrees=-46), (252, 60))
    sheet.note(polar(disc, 80, degrees=110), (60, 288))
    sheet.note((316, 102), (272, 30))
    sheet.note((293, 150), (262, 176))
    sheet.note((362, 128), (386, 186))
    sheet.note((317, 206), (366, 226))


def _caliper_section(sheet: Sheet, piston: float) -> None:
    bridge = ((278, 62), (380, 62), (380, 160), (336, 160), (336, 138), (370, 138), (370, 96),
              (336, 96), (336, 80), (290, 80), (290, 158), (278, 158))  # fmt: skip
    sheet.cut(tuple((float(x), float(y)) for x, y in bridge), gap=6)
    sheet.body(box((330, 117 - piston * 0.72), (38, piston * 1.44)))
    sheet.line(((336, 117 - piston * 0.5), (362, 117 - piston * 0.5)), Pen.HIDDEN, detail=True)
    sheet.line(((336, 117 + piston * 0.5), (362, 117 + piston * 0.5)), Pen.HIDDEN, detail=True)
    for x in (291.0, 320.0):
        sheet.cut(box((x, 92), (9, 62)), slant=-45, gap=4)
    for x in (301.0, 313.0):
        sheet.cut(box((x, 88), (5, 128)), slant=60, gap=4)
    for y in (104.0, 134.0, 164.0, 194.0):
        sheet.rect((306, y), (7, 6))
    sheet.axis((268, 117), (394, 117))


def wheel_hub(sheet: Sheet, vary: Variation) -> None:
    """Section of a hub bearing unit: flange, two ball rows, outer ring, seal, speed ring."""
    ball = vary.between(12.5, 15)
    for sign in (-1, 1):
        _hub_half(sheet, sign=sign, ball=ball)
    sheet.axis((60, 150), (350, 150))
    sheet.note((112, 40), (60, 26))
    sheet.note((214, 74), (226, 20))
    sheet.note((174, 94), (150, 26))
    sheet.note((250, 94), (298, 40))
    sheet.note((277, 88), (350, 84))
    sheet.note((256, 118), (352, 132))
    sheet.note((118, 210), (40, 218))
    sheet.note((96, 52 + 198), (130, 282))
    sheet.note((230, 222), (300, 262))


def _hub_half(sheet: Sheet, *, sign: int, ball: float) -> None:
    def place(*points: Point) -> Points:
        return tuple((x, 150 + sign * y) for x, y in points)

    hub = place((92, 26), (92, 52), (100, 56), (100, 120), (124, 120), (124, 64), (156, 48),
                (162, 42), (188, 42), (188, 36), (232, 36), (232, 22), (276, 22), (276, 16),
                (110, 16), (110, 26))  # fmt: skip
    sheet.cut(hub, slant=45 * sign)
    sheet.cut(place((232, 22), (276, 22), (276, 44), (262, 44), (236, 38), (232, 38)),
              slant=-45 * sign, gap=4)  # fmt: skip
    outer = place((150, 72), (280, 72), (280, 86), (244, 86), (244, 112), (226, 112), (226, 90),
                  (150, 84))  # fmt: skip
    sheet.cut(outer, slant=-45 * sign)
    for x in (174.0, 250.0):
        sheet.circle(place((x, 56))[0], ball)
        sheet.circle(place((x, 56))[0], 1.5, fill=Fill.INK, detail=True)
    for x in (196.0, 212.0):
        sheet.body(place((x, 52), (x + 12, 52), (x + 12, 60), (x, 60)), fill=Fill.CUT)
    for x in (150.0, 274.0):
        sheet.body(place((x, 50), (x + 5, 50), (x + 5, 71), (x, 71)), fill=Fill.INK)
    bolt = place((66, 94), (100, 94), (100, 104), (66, 104))
    sheet.body(bolt)
    sheet.body(place((124, 90), (132, 90), (132, 108), (124, 108)))
    for i in range(6):
        sheet.fine(place((68 + i * 5, 94), (71 + i * 5, 104)), detail=True)


def steering_knuckle(sheet: Sheet, vary: Variation) -> None:
    """Front view of a steering knuckle: hub bore, upper arm, tie-rod arm, lower lug."""
    hub: Point = (196.0, 160.0)
    lean = vary.between(-8, 8)
    outline = ((150, 112), (166, 84), (174 + lean, 36), (186 + lean, 20), (210 + lean, 20),
               (220 + lean, 36), (222, 84), (250, 110), (310, 128), (340, 132), (352, 146),
               (346, 162), (328, 168), (262, 172), (248, 206), (226, 226), (222, 262), (206, 282),
               (182, 282), (168, 264), (164, 226), (140, 200), (112, 196), (96, 178), (98, 150),
               (118, 134), (136, 132))  # fmt: skip
    sheet.body(tuple((float(x), float(y)) for x, y in outline))
    sheet.circle(hub, 58)
    sheet.circle(hub, 40)
    sheet.circle(hub, 36, pen=Pen.FINE, detail=True)
    for i in range(4):
        sheet.circle(polar(hub, 49, degrees=45 + i * 90), 5)
    for at, radius in (((198.0 + lean, 42.0), 11.0), ((330.0, 149.0), 11.0), ((194.0, 262.0), 12.0),
                       ((117.0, 166.0), 9.0)):  # fmt: skip
        sheet.circle(at, radius)
        sheet.circle(at, radius - 4, pen=Pen.FINE, detail=True)
        sheet.cross(at, radius + 8)
    sheet.cross(hub, 72)
    sheet.line(((250, 122), (306, 138)), Pen.FINE, detail=True)
    sheet.line(((262, 162), (306, 158)), Pen.FINE, detail=True)
    sheet.line(((180 + lean / 2, 70), (176, 96)), Pen.FINE, detail=True)
    sheet.line(((214 + lean / 2, 70), (216, 96)), Pen.FINE, detail=True)
    sheet.note(polar(hub, 50, degrees=-20), (326, 60))
    sheet.note((192, 60), (124, 34))
    sheet.note((300, 150), (372, 106))
    sheet.note((330, 152), (376, 200))
    sheet.note((204, 262), (272, 272))
    sheet.note((114, 168), (52, 120))
    sheet.note(polar(hub, 49, degrees=135), (84, 250))


def battery_housing(sheet: Sheet, vary: Variation) -> None:
    """Oblique view of a battery tray with cells, cooling channels, frame and lid bolts."""
    cells = vary.count(4, 6)
    width, depth, height = 236.0, 190.0, 44.0
    floor = _level((0, 0), (width, depth), height=0)
    rim = _level((0, 0), (width, depth), height=height)
    sheet.body((floor[0], floor[1], floor[2], rim[2], rim[3], rim[0]))
    sheet.body(rim)
    inset = _level((14, 14), (width - 28, depth - 28), height=height)
    sheet.body(inset)
    sheet.line((rim[0], rim[1], floor[1]))
    sheet.line((rim[1], rim[2]))
    step = (width - 40) / cells
    for i in range(cells):
        left = 20 + i * step
        sheet.body(_level((left, 22), (step - 7, depth - 46), height=38))
        for y in (48.0, depth - 50):
            sheet.circle(_oblique(left + step / 2 - 3, y, 38), 4, pen=Pen.FINE, detail=True)
    for i in range(5):
        sheet.circle(_oblique(6 + i * (width - 12) / 4, 7, height), 2.6, fill=Fill.INK, detail=True)
        sheet.circle(
            _oblique(6 + i * (width - 12) / 4, depth - 7, height), 2.6, fill=Fill.INK, detail=True
        )
    for i in range(7):
        x = 16 + i * (width - 44) / 6
        sheet.body(rounded((46 + x, 190), (18, 14), radius=4), Pen.OUTLINE)
    _coolant_stubs(sheet, width, height=height)
    sheet.note(_oblique(4, 120, height), (52, 60))
    sheet.note(_oblique(40 + step, 130, 38), (134, 28))
    sheet.note(_oblique(width - 8, depth - 7, height), (382, 44))
    sheet.note((140, 198), (112, 264))
    sheet.note(_oblique(width + 14, 30, height * 0.42), (360, 238))
    sheet.note((60, 208), (24, 262))
    sheet.note(_oblique(width, 130, 24), (384, 150))


def _level(origin: Point, size: Point, *, height: float) -> Points:
    """A rectangle lying at a height over the floor of the tray."""
    return tuple(_oblique(x, y, height) for x, y in box(origin, size))


def _oblique(x: float, y: float, z: float) -> Point:
    """A point of the tray seen from the front, above and left."""
    return (46 + x + y * 0.42, 214 - y * 0.52 - z)


def _coolant_stubs(sheet: Sheet, width: float, *, height: float) -> None:
    for y in (30.0, 60.0):
        spot = _oblique(width, y, height * 0.45)
        sheet.body(ellipse_arc(spot, (5, 7), start=0, end=360))
        sheet.line(((spot[0] + 4, spot[1] - 5), (spot[0] + 24, spot[1] - 2)))
        sheet.line(((spot[0] + 4, spot[1] + 6), (spot[0] + 24, spot[1] + 9)))


def suspension(sheet: Sheet, vary: Variation) -> None:
    """Part section of a shock absorber strut: tube, piston, valves, rod, spring, mount."""
    turns = vary.count(5, 7)
    x = 200.0
    for sign in (-1, 1):
        sheet.cut(box((x + (30 if sign > 0 else -36), 118), (6, 152)), gap=4)
        sheet.cut(box((x + (20 if sign > 0 else -24), 124), (4, 138)), slant=-45, gap=4)
    sheet.cut(box((x - 36, 110), (72, 14)), gap=5)
    sheet.rect((x - 36, 262), (72, 8))
    sheet.rect((x - 6, 40), (12, 142))
    sheet.cut(box((x - 20, 180), (40, 18)), slant=45, gap=4)
    for y in (176.0, 198.0):
        sheet.rect((x - 15, y), (30, 3))
    sheet.cut(box((x - 20, 250), (40, 10)), slant=-45, gap=4)
    sheet.circle((x, 282), 12)
    sheet.circle((x, 282), 5)
    sheet.body(((x - 66, 46), (x + 66, 46), (x + 58, 34), (x - 58, 34)), fill=Fill.CUT)
    sheet.rect((x - 10, 20), (20, 14))
    sheet.body(((x - 66, 148), (x + 66, 148), (x + 66, 154), (x - 66, 154)))
    for sign in (-1, 1):
        for i in range(turns):
            y = 54 + i * 88 / (turns - 1)
            sheet.circle((x + sign * 54, y + (3 if sign > 0 else -3)), 6, fill=Fill.CUT)
    for i in range(turns - 1):
        y = 54 + i * 88 / (turns - 1)
        sheet.line(((x - 48, y), (x - 8, y + 4)), Pen.FINE)
        sheet.line(((x + 8, y + 4), (x + 48, y + 6)), Pen.FINE)
    sheet.line(helix((x, 204), (x, 228), turns=4, width=12), Pen.FINE, detail=True)
    sheet.axis((x, 8), (x, 298))
    sheet.note((x + 44, 40), (318, 24))
    sheet.note((x - 2, 90), (96, 92))
    sheet.note((x + 56, 92), (330, 92))
    sheet.note((x + 50, 151), (330, 166))
    sheet.note((x - 16, 188), (92, 176))
    sheet.note((x + 22, 220), (320, 226))
    sheet.note((x - 33, 240), (96, 252))
    sheet.note((x + 8, 284), (298, 282))
