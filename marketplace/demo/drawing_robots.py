"""Drawings of robots and their parts."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import (
    Point,
    Points,
    Variation,
    arc,
    box,
    ellipse_arc,
    mirrored,
    moved,
    polar,
    rounded,
    toothed,
    turned,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def harmonic_drive(sheet: Sheet, vary: Variation) -> None:
    """Front view of a strain wave gear: circular spline, flexspline, wave generator."""
    centre: Point = (200.0, 150.0)
    teeth, squeeze = vary.count(32, 38) * 2, vary.between(6, 8)
    sheet.circle(centre, 128)
    for i in range(8):
        sheet.circle(polar(centre, 117, degrees=22.5 + i * 45), 4.5)
    sheet.body(toothed(centre, (104, 104), teeth=teeth + 2, depth=-6), fill=Fill.PAPER)
    flex = (98.0, 98.0 - squeeze)
    sheet.body(toothed(centre, (flex[0] - 4, flex[1] - 4), teeth=teeth, depth=6))
    for cut in (10, 24, 30):
        sheet.body(ellipse_arc(centre, (flex[0] - cut, flex[1] - cut), start=0, end=360))
    ring = (flex[0] - 17, flex[1] - 17)
    for i in range(22):
        spot = ellipse_arc(centre, ring, start=i * 360 / 22, end=i * 360 / 22 + 1)[0]
        sheet.circle(spot, 6, pen=Pen.OUTLINE if i % 2 else Pen.FINE)
    hub = vary.between(20, 24)
    sheet.circle(centre, hub + 18)
    for i in range(6):
        sheet.bolt(polar(centre, hub + 9, degrees=i * 60 + 30), 5)
    sheet.circle(centre, hub)
    sheet.rect((194, 150 - hub - 5), (12, 9))
    sheet.cross(centre, 140)
    sheet.note(polar(centre, 122, degrees=-40), (352, 34))
    sheet.note(polar(centre, 101, degrees=-8), (374, 108))
    sheet.note(polar(centre, 90, degrees=20), (374, 220))
    sheet.note(polar(centre, 76, degrees=200), (30, 226))
    sheet.note(polar(centre, 55, degrees=170), (28, 120))
    sheet.note(polar(centre, hub - 4, degrees=-125), (48, 36))


def robot_arm(sheet: Sheet, vary: Variation) -> None:
    """Side view of a six-axis arm on its base."""
    shoulder: Point = (118.0, 172.0)
    lift, fold = vary.between(-74, -58), vary.between(4, 22)
    elbow = polar(shoulder, 112, degrees=lift)
    wrist = polar(elbow, 118, degrees=fold)
    sheet.line(((30, 274), (370, 274)))
    for x in range(36, 370, 14):
        sheet.fine(((x, 274), (x - 8, 284)), detail=True)
    sheet.cut(box((66, 262), (104, 12)), gap=6)
    sheet.body(((80, 262), (90, 196), (146, 196), (156, 262)))
    sheet.line(((84, 236), (152, 236)), Pen.FINE, detail=True)
    _limb(sheet, shoulder, elbow, widths=(24, 18))
    _limb(sheet, elbow, wrist, widths=(20, 12))
    for joint, radius in ((shoulder, 28.0), (elbow, 22.0), (wrist, 14.0)):
        sheet.circle(joint, radius)
        sheet.circle(joint, radius * 0.55, detail=radius < 20)
        for i in range(6):
            sheet.circle(polar(joint, radius * 0.77, degrees=i * 60 + 15), 1.8, detail=True)
        sheet.cross(joint, radius + 12)
    _flange(sheet, wrist, degrees=fold + 62)
    sheet.line(arc(shoulder, 46, start=lift - 34, end=lift + 34), Pen.HIDDEN, detail=True)
    sheet.note((96, 226), (36, 240))
    sheet.note(polar(shoulder, 20, degrees=180), (34, 168))
    sheet.note(polar(shoulder, 60, degrees=lift), (70, 84))
    sheet.note(polar(elbow, 18, degrees=-120), (110, 24))
    sheet.note(polar(elbow, 62, degrees=fold), (260, 26))
    sheet.note(polar(wrist, 8, degrees=-60), (352, 60))
    sheet.note(polar(wrist, 52, degrees=fold + 62), (372, 190))


def _limb(sheet: Sheet, start: Point, end: Point, *, widths: Point) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    nx, ny = -dy / length, dx / length
    a, b = widths
    sheet.body(
        (
            (start[0] + nx * a, start[1] + ny * a),
            (end[0] + nx * b, end[1] + ny * b),
            (end[0] - nx * b, end[1] - ny * b),
            (start[0] - nx * a, start[1] - ny * a),
        )
    )
    sheet.axis(start, end)


def _flange(sheet: Sheet, wrist: Point, *, degrees: float) -> None:
    x, y = wrist
    parts: tuple[Points, ...] = (
        box((x + 12, y - 9), (24, 18)),
        box((x + 36, y - 14), (7, 28)),
        box((x + 43, y - 11), (18, 8)),
        box((x + 43, y + 3), (18, 8)),
    )
    for part in parts:
        sheet.body(turned(part, wrist, degrees=degrees))


def gripper(sheet: Sheet, vary: Variation) -> None:
    """Front view of a two-finger parallel gripper holding a ring."""
    opening, ring = vary.between(34, 44), vary.between(28, 33)
    sheet.body(rounded((142, 24), (116, 64), radius=8))
    sheet.rect((166, 10), (68, 14))
    for x in (158.0, 242.0):
        for y in (38.0, 74.0):
            sheet.bolt((x, y), 5)
    sheet.rect((176, 44), (48, 28))
    sheet.line(((176, 58), (224, 58)), Pen.HIDDEN, detail=True)
    left = 200 - opening
    finger = ((left - 34, 118), (left - 6, 118), (left - 6, 168), (left, 174), (left, 262),
              (left - 18, 262), (left - 24, 190), (left - 34, 176))  # fmt: skip
    sheet.rect((92, 96), (216, 22))
    for y in (102.0, 112.0):
        sheet.fine(((92, y), (308, y)), detail=True)
    for side in (False, True):
        _finger(sheet, finger, left=left, flip=side)
    sheet.circle((200, 226), ring)
    sheet.circle((200, 226), ring * 0.62)
    sheet.cross((200, 226), ring + 10)
    sheet.axis((200, 4), (200, 290))
    sheet.note((148, 50), (96, 30))
    sheet.note((234, 58), (312, 34))
    sheet.note((298, 107), (352, 90))
    sheet.note((left - 26, 146), (60, 150))
    sheet.note((left - 2, 236), (70, 250))
    sheet.note(polar((200, 226), ring * 0.8, degrees=-40), (330, 180))
    sheet.note((400 - left + 9, 244), (338, 262))


def _finger(sheet: Sheet, finger: Points, *, left: float, flip: bool) -> None:
    def place(points: Points) -> Points:
        return mirrored(points, x=200) if flip else points

    sheet.body(place(finger))
    sheet.cut(place(box((left - 1, 196), (8, 60))), slant=30, gap=3)
    for y in (128.0, 156.0):
        sheet.bolt(place(((left - 20, y),))[0], 4.5)
    sheet.line(place(((left - 12, 182), (left - 10, 256))), Pen.FINE, detail=True)


def mobile_robot(sheet: Sheet, vary: Variation) -> None:
    """Plan of a differential-drive carrier with lidar and lifting platform."""
    bend = vary.between(26, 40)
    sheet.body(rounded((56, 62), (288, 176), radius=bend))
    sheet.body(rounded((68, 74), (264, 152), radius=bend - 8), Pen.FINE, detail=True)
    for y in (44.0, 232.0):
        sheet.cut(rounded((168, y), (64, 24), radius=6), slant=90, gap=5)
    for y in (92.0, 174.0):
        sheet.rect((176, y), (48, 34))
        sheet.line(((184, y + 17), (216, y + 17)), Pen.CENTRE, detail=True)
    for x, y in ((92.0, 92.0), (308.0, 92.0), (92.0, 208.0), (308.0, 208.0)):
        sheet.circle((x, y), 13)
        sheet.body(turned(box((x - 9, y - 4), (18, 8)), (x, y), degrees=vary.between(0, 60)))
    sheet.body(rounded((112, 118), (56, 64), radius=4))
    for i in range(4):
        sheet.rect((118 + i * 12, 124), (8, 52))
    sheet.circle((322, 150), 17)
    sheet.circle((322, 150), 9, fill=Fill.INK)
    for degrees in (-50, -25, 0, 25, 50):
        sheet.line((polar((322, 150), 24, degrees=degrees), polar((322, 150), 58,
                   degrees=degrees)), Pen.HIDDEN, detail=True)  # fmt: skip
    sheet.circle((248, 150), 34, pen=Pen.HIDDEN, fill=Fill.NONE)
    sheet.bolt((248, 150), 8)
    sheet.axis((30, 150), (392, 150))
    sheet.axis((200, 26), (200, 274))
    sheet.note((200, 56), (250, 20))
    sheet.note((190, 104), (130, 26))
    sheet.note((92, 92), (34, 50))
    sheet.note((130, 150), (28, 178))
    sheet.note((322, 162), (374, 226))
    sheet.note((272, 172), (296, 276))
    sheet.note((76, 222), (40, 272))


def joint_module(sheet: Sheet, vary: Variation) -> None:
    """Axial section of a joint module: reducer, frameless motor, encoder, brake, hollow shaft."""
    middle, bore = 150.0, vary.between(13, 17)
    for sign in (-1, 1):
        _module_half(sheet, middle, sign=sign)
    for edge in (-bore, bore):
        sheet.line(((70, middle + edge), (344, middle + edge)))
    for x in (70.0, 344.0):
        sheet.line(((x, middle - bore), (x, middle + bore)))
    sheet.line(((70, middle - 4), (344, middle - 4)), Pen.HIDDEN, detail=True)
    sheet.line(((70, middle + 4), (344, middle + 4)), Pen.HIDDEN, detail=True)
    sheet.axis((40, middle), (374, middle))
    sheet.note((108, 84), (58, 40))
    sheet.note((142, 96), (132, 24))
    sheet.note((200, 62), (204, 20))
    sheet.note((222, 92), (276, 24))
    sheet.note((318, 100), (372, 60))
    sheet.note((290, 196), (356, 262))
    sheet.note((180, 157), (170, 280))
    sheet.note((92, 220), (40, 262))


def _module_half(sheet: Sheet, middle: float, *, sign: int) -> None:
    def place(points: Points) -> Points:
        return tuple((x, middle + sign * y) for x, y in points)

    shell = ((84, 98), (332, 98), (332, 20), (344, 20), (344, 16), (322, 16), (322, 88), (84, 88))
    sheet.cut(place(shell), slant=45 * sign)
    sheet.cut(place(box((84, 40), (30, 48))), slant=-45 * sign)
    sheet.circle(place(((124, 76),))[0], 9)
    sheet.body(place(box((114, 64), (20, 24))), Pen.FINE, fill=Fill.NONE)
    flex = ((134, 88), (176, 88), (176, 84), (140, 82), (140, 26), (134, 26))
    sheet.cut(place(flex), slant=20 * sign, gap=3)
    sheet.cut(place(box((150, 58), (22, 22))), slant=-60 * sign, gap=4)
    sheet.circle(place(((161, 69),))[0], 6)
    sheet.cut(place(box((196, 52), (56, 36))), slant=0, gap=4)
    for x in (188.0, 254.0):
        sheet.body(place(rounded((x, 56), (6, 28), radius=2.5)), fill=Fill.CUT)
    sheet.rect((200, middle + (sign * 44 if sign > 0 else -50)), (48, 6))
    sheet.body(place(((146, 20), (262, 20), (262, 44), (196, 44), (196, 58), (146, 58))))
    sheet.cut(place(box((272, 30), (12, 52))), slant=45 * sign, gap=4)
    sheet.body(place(box((288, 26), (6, 56))))
    sheet.body(place(box((304, 24), (5, 60))), fill=Fill.PAPER)
    for y in (40.0, 56.0, 70.0):
        sheet.body(place(moved(box((309, y), (6, 7)), (0, 0))), fill=Fill.INK)
