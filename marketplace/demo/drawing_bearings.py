"""Drawings of bearings: sections, a cage, a grinding set-up."""

from __future__ import annotations

import math

from marketplace.demo.drawing_geometry import (
    Point,
    Points,
    Variation,
    arc,
    box,
    flipped,
    polar,
    rounded,
    turned,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def deep_groove(sheet: Sheet, vary: Variation) -> None:
    """Axial section of a deep-groove ball bearing beside its front view."""
    ball, bore = vary.between(16.5, 20), vary.between(36, 42)
    pitch = (112 + bore) / 2
    _ring_section(sheet, ball=ball, bore=bore)
    sheet.axis((28, 150), (388, 150))
    centre = (278.0, 150.0)
    for radius in (112.0, pitch + ball * 0.62, pitch - ball * 0.62, bore):
        sheet.circle(centre, radius)
    sheet.circle(centre, bore + 4, pen=Pen.FINE, fill=Fill.NONE, detail=True)
    balls = vary.count(8, 10)
    for i in range(balls):
        sheet.circle(polar(centre, pitch, degrees=-90 + i * 360 / balls), ball)
    for i in range(balls):
        middle = -90 + (i + 0.5) * 360 / balls
        half = 360 / balls / 2 - math.degrees(ball / pitch) - 1
        sheet.line(arc(centre, pitch, start=middle - half, end=middle + half))
    sheet.axis((278, 24), (278, 276))
    sheet.note((95, 44), (30, 26))
    sheet.note((88, 150 - pitch), (24, 84))
    sheet.note((95, 150 - bore - 8), (30, 128))
    sheet.note((118, 150 + pitch - ball * 0.2), (158, 258))
    sheet.note(polar(centre, pitch, degrees=-90 + 1.5 * 360 / balls), (384, 40))
    sheet.note(polar(centre, 108, degrees=52), (378, 262))


def _ring_section(sheet: Sheet, *, ball: float, bore: float) -> None:
    x, half, middle = 88.0, 34.0, 150.0
    pitch = (112 + bore) / 2
    centre = (x, middle - pitch)
    lip = ball * 0.62
    span = math.degrees(math.asin(lip / (ball + 0.8)))
    groove = arc(centre, ball + 0.8, start=180 + span, end=360 - span)
    left, right = x - half, x + half
    outer: Points = ((left, 38), (right, 38), (right, centre[1] - lip), *reversed(groove),
                     (left, centre[1] - lip))  # fmt: skip
    low = flipped(groove, y=centre[1])
    inner: Points = ((left, centre[1] + lip), *low, (right, centre[1] + lip),
                     (right, middle - bore), (left, middle - bore))  # fmt: skip
    for mirror in (False, True):
        turn = (lambda p: flipped(p, y=middle)) if mirror else tuple
        sheet.cut(turn(outer), slant=45)
        sheet.cut(turn(inner), slant=-45)
        sheet.circle(turn((centre,))[0], ball)
        sheet.axis((left - 10, turn((centre,))[0][1]), (right + 10, turn((centre,))[0][1]))
        for side in (left + 3, right - 6):
            sheet.body(turn(box((side, centre[1] - lip + 1), (3, 2 * lip - 2))), fill=Fill.INK)
    for edge in (left, right):
        sheet.line(((edge, middle - bore), (edge, middle + bore)))


def cage(sheet: Sheet, vary: Variation) -> None:
    """Front view of a pressed ball cage with one pocket enlarged."""
    centre: Point = (140.0, 150.0)
    pockets, ball = vary.count(7, 9), vary.between(17, 21)
    sheet.circle(centre, 108)
    sheet.circle(centre, 78)
    for i in range(pockets):
        spot = polar(centre, 93, degrees=-90 + i * 360 / pockets)
        sheet.circle(spot, ball + 4)
        sheet.circle(spot, ball, pen=Pen.FINE if i % 3 else Pen.OUTLINE)
        rivet = polar(centre, 93, degrees=-90 + (i + 0.5) * 360 / pockets)
        sheet.circle(rivet, 4)
        sheet.circle(rivet, 1.5, fill=Fill.INK, detail=True)
    sheet.circle(centre, 93, pen=Pen.CENTRE, fill=Fill.NONE, detail=True)
    sheet.cross(centre, 122)
    mark = polar(centre, 93, degrees=-90 + 360 / pockets)
    sheet.circle(mark, ball + 11, pen=Pen.HIDDEN, fill=Fill.NONE, detail=True)
    _pocket_detail(sheet, vary, seen_at=mark)
    sheet.note(polar(centre, 100, degrees=200), (22, 66))
    sheet.note(polar(centre, 93, degrees=-90 + 4.5 * 360 / pockets), (34, 276))
    sheet.note(polar(centre, 80, degrees=100), (168, 286))


def _pocket_detail(sheet: Sheet, vary: Variation, *, seen_at: Point) -> None:
    centre: Point = (322.0, 158.0)
    sheet.circle(centre, 66, pen=Pen.FINE)
    sheet.fine((seen_at, (centre[0] - 50, centre[1] - 43)), detail=True)
    lip = vary.between(36, 40)
    shell = (*arc(centre, lip, start=25, end=155), *arc(centre, lip + 9, start=155, end=25))
    sheet.cut(shell, slant=45, gap=4)
    roof = (*arc(centre, lip, start=205, end=335), *arc(centre, lip + 9, start=335, end=205))
    sheet.cut(roof, slant=45, gap=4)
    sheet.circle(centre, lip - 4)
    sheet.cross(centre, 60)
    for degrees in (60, 120, 240, 300):
        sheet.circle(polar(centre, lip - 2, degrees=degrees), 2.2, fill=Fill.INK)
    sheet.note(polar(centre, lip + 5, degrees=-70), (372, 60))
    sheet.note(polar(centre, lip - 18, degrees=20), (386, 250))
    sheet.note(polar(centre, lip - 2, degrees=120), (262, 262))


def tapered_roller(sheet: Sheet, vary: Variation) -> None:
    """Axial section of a tapered roller bearing, both halves."""
    slope = vary.between(12, 17)
    for mirror in (False, True):
        _taper_half(sheet, slope, mirror=mirror)
    sheet.axis((70, 150), (340, 150))
    for x, y in ((112.0, 103.0), (268.0, 97.0)):
        sheet.line(((x, y), (x, 300 - y)))
    sheet.note((160, 38), (92, 26))
    sheet.note((190, 68), (58, 84))
    sheet.note((230, 96), (318, 122))
    sheet.note((262, 70), (350, 66))
    sheet.note((145, 218), (56, 232))
    sheet.note((255, 232), (352, 250))


def _taper_half(sheet: Sheet, slope: float, *, mirror: bool) -> None:
    roller_at: Point = (192.0, 70.0)

    def place(points: Points) -> Points:
        return flipped(points, y=150) if mirror else points

    cup = ((118.0, 26.0), (262.0, 26.0), *turned(((262.0, 52.5), (122.0, 52.5)), roller_at,
                                                 degrees=-slope))  # fmt: skip
    raceway = turned(((134.0, 87.5), (248.0, 87.5)), roller_at, degrees=-slope)
    rib = turned(((248.0, 78.0), (260.0, 78.0)), roller_at, degrees=-slope)
    small = turned(((127.0, 82.0), (134.0, 82.0)), roller_at, degrees=-slope)
    cone = (*small, *raceway, *rib, (268.0, 60.0), (268.0, 112.0), (112.0, 112.0), (112.0, 96.0))
    sheet.cut(place(cup), slant=45)
    sheet.cut(place(cone), slant=-45)
    roller = turned(((136.0, 55.0), (247.0, 52.5), (247.0, 87.5), (136.0, 85.0)), roller_at,
                    degrees=-slope)  # fmt: skip
    sheet.body(place(roller))
    ends = turned(((118.0, 70.0), (268.0, 70.0)), roller_at, degrees=-slope)
    sheet.axis(*place(ends))
    bar = turned(((126.0, 62.0), (136.0, 62.0), (136.0, 66.0), (126.0, 66.0)), roller_at,
                 degrees=-slope)  # fmt: skip
    sheet.body(place(bar), fill=Fill.INK)
    bar = turned(((247.0, 58.0), (259.0, 56.0), (259.0, 60.0), (247.0, 63.0)), roller_at,
                 degrees=-slope)  # fmt: skip
    sheet.body(place(bar), fill=Fill.INK)


def grinding(sheet: Sheet, vary: Variation) -> None:
    """Internal grinding of a ring raceway: ring in shoes, wheel on its quill, dresser."""
    centre: Point = (138.0, 148.0)
    outer, wheel = vary.between(92, 100), vary.between(30, 36)
    sheet.circle(centre, outer)
    sheet.circle(centre, outer - 24)
    sheet.circle(centre, outer - 19, pen=Pen.HIDDEN, fill=Fill.NONE, detail=True)
    tool: Point = (centre[0] + outer - 24 - wheel, centre[1])
    sheet.circle(tool, wheel)
    sheet.circle(tool, wheel - 5, pen=Pen.FINE, fill=Fill.NONE, detail=True)
    sheet.circle(tool, 9, fill=Fill.INK)
    for degrees in (vary.between(100, 112), vary.between(196, 206)):
        shoe = turned(box((centre[0] + outer, centre[1] - 9), (26, 18)), centre, degrees=degrees)
        sheet.cut(shoe, slant=20, gap=4)
    sheet.cross(centre, outer + 12)
    sheet.line(arc(centre, outer - 40, start=200, end=262))
    sheet.arrow(polar(centre, outer - 40, degrees=258), polar(centre, outer - 40, degrees=268))
    _wheel_head(sheet)
    sheet.note(polar(centre, outer - 10, degrees=-120), (52, 28))
    sheet.note(polar(tool, wheel - 3, degrees=-70), (214, 26))
    sheet.note(polar(centre, outer + 16, degrees=106), (58, 284))
    sheet.note(polar(tool, 4, degrees=90), (214, 272))
    sheet.note((330, 110), (352, 52))
    sheet.note((282, 148), (264, 60))
    sheet.note((352, 190), (376, 246))


def _wheel_head(sheet: Sheet) -> None:
    sheet.rect((254, 138), (46, 20))
    sheet.cut(rounded((300, 96), (72, 104), radius=6), slant=45, gap=7)
    sheet.rect((306, 132), (66, 32))
    sheet.axis((240, 148), (390, 148))
    for y in (108.0, 178.0):
        sheet.rect((312, y), (54, 12))
        sheet.line(((312, y), (366, y + 12)), Pen.FINE, detail=True)
        sheet.line(((312, y + 12), (366, y)), Pen.FINE, detail=True)
    sheet.rect((288, 206), (96, 12))
    for x in (296.0, 320.0, 344.0, 368.0):
        sheet.fine(((x, 206), (x - 6, 218)), detail=True)


def spindle(sheet: Sheet, vary: Variation) -> None:
    """Longitudinal section of a motorised spindle on angular contact bearings."""
    shaft = vary.between(15, 18)
    y = 150.0
    for sign in (-1, 1):
        shell = ((92.0, y + sign * 62), (330.0, y + sign * 62), (330.0, y + sign * 47),
                 (258.0, y + sign * 47), (258.0, y + sign * 51), (178.0, y + sign * 51),
                 (178.0, y + sign * 47), (92.0, y + sign * 47))  # fmt: skip
        sheet.cut(shell, slant=45 * sign)
        stator = ((188.0, y + sign * 51), (250.0, y + sign * 51), (250.0, y + sign * 30),
                  (188.0, y + sign * 30))  # fmt: skip
        sheet.cut(stator, slant=0, gap=4)
        for x in (180.0, 252.0):
            sheet.body(rounded((x, y + sign * 41 - 7), (6, 14), radius=2.5), fill=Fill.CUT)
        for x, lean in ((106.0, 1), (134.0, 1), (284.0, -1), (308.0, -1)):
            _angular_bearing(sheet, (x, y + sign * 33), lean=lean * sign)
    nose = ((58.0, y - 26), (84.0, y - 26), (92.0, y - shaft - 6), (346.0, y - shaft),
            (356.0, y - 8), (356.0, y + 8), (346.0, y + shaft), (92.0, y + shaft + 6),
            (84.0, y + 26), (58.0, y + 26))  # fmt: skip
    sheet.body(nose)
    sheet.body(((58.0, y - 15), (120.0, y - 6), (120.0, y + 6), (58.0, y + 15)))
    sheet.rect((190, y - 29), (58, 29 - shaft))
    sheet.rect((190, y + shaft), (58, 29 - shaft))
    sheet.axis((36, y), (380, y))
    sheet.note((70, 140), (40, 84))
    sheet.note((106, 117), (112, 44))
    sheet.note((218, 109), (216, 40))
    sheet.note((300, 94), (318, 40))
    sheet.note((296, 183), (352, 246))
    sheet.note((240, 175), (262, 258))
    sheet.note((150, 158), (138, 262))


def _angular_bearing(sheet: Sheet, centre: Point, *, lean: int) -> None:
    x, y = centre
    sheet.rect((x - 12, y - 14), (24, 28))
    sheet.circle(centre, 8)
    sheet.fine((polar(centre, 15, degrees=90 - 25 * lean), polar(centre, 15,
               degrees=270 - 25 * lean)), detail=True)  # fmt: skip
