"""Drawings of textile machines."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import (
    Point,
    Variation,
    arc,
    box,
    ellipse_arc,
    helix,
    polar,
    rounded,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def heald_frame(sheet: Sheet, vary: Variation) -> None:
    """Front view of a heald frame with its heald wires and carrier rods."""
    wires = vary.count(22, 28)
    for y in (36.0, 240.0):
        sheet.cut(box((40, y), (320, 24)), slant=45 if y < 100 else -45, gap=7)
    for x in (40.0, 344.0):
        sheet.rect((x, 60), (16, 180))
    for y in (70.0, 226.0):
        sheet.rect((56, y), (288, 5))
    span = 272.0
    for i in range(wires):
        x = 64 + span * i / (wires - 1)
        eye = 150 + (4 if i % 2 else -4)
        sheet.line(((x, 70), (x, eye - 7)), Pen.FINE, detail=i % 3 != 0)
        sheet.line(((x, eye + 7), (x, 231)), Pen.FINE, detail=i % 3 != 0)
        sheet.body(ellipse_arc((x, eye), (2.6, 7), start=0, end=360), Pen.FINE,
                   detail=i % 3 != 0)  # fmt: skip
    for x in (120.0, 280.0):
        sheet.rect((x - 8, 264), (16, 14))
        sheet.circle((x, 284), 6)
    for x in (110.0, 200.0, 290.0):
        sheet.rect((x - 5, 58), (10, 20))
    sheet.axis((200, 22), (200, 294))
    sheet.note((76, 46), (22, 20))
    sheet.note((350, 120), (384, 92))
    sheet.note((320, 72), (384, 40))
    sheet.note((64 + span * 3 / (wires - 1), 190), (18, 200))
    sheet.note((64, 146), (18, 130))
    sheet.note((286, 284), (344, 286))


def weft_accumulator(sheet: Sheet, vary: Variation) -> None:
    """Side view, part section, of a weft accumulator with drum, winding disc and stopper."""
    turns = vary.count(9, 13)
    sheet.cut(((38, 84), (132, 84), (132, 216), (38, 216), (38, 204), (118, 204), (118, 96),
               (38, 96)), gap=6)  # fmt: skip
    for y in (104.0, 168.0):
        sheet.cut(box((54, y), (52, 28)), slant=0, gap=4)
    sheet.rect((58, 132), (44, 36))
    sheet.rect((30, 142), (122, 16))
    sheet.body(((132, 112), (152, 100), (158, 100), (158, 200), (152, 200), (132, 188)))
    sheet.body(rounded((160, 92), (130, 116), radius=10))
    for i in range(turns):
        x = 172 + i * 84 / turns
        sheet.line(ellipse_arc((x, 150), (6, 59), start=-90, end=90), Pen.FINE, detail=i % 2 == 1)
    sheet.line(((155, 104), (172, 91)), Pen.OUTLINE)
    sheet.rect((252, 44), (30, 40))
    sheet.rect((264, 84), (6, 12))
    sheet.line(helix((267, 50), (267, 80), turns=5, width=14), Pen.FINE, detail=True)
    sheet.line(((267, 96), (290, 120), (318, 150)))
    sheet.line(((318, 150), (384, 150)))
    sheet.body(ellipse_arc((320, 150), (5, 13), start=0, end=360))
    sheet.line(((8, 150), (30, 150)))
    for y in (128.0, 172.0):
        sheet.circle((226, y), 5, detail=True)
    sheet.rect((60, 216), (230, 14))
    sheet.axis((14, 150), (300, 150))
    sheet.note((50, 90), (30, 48))
    sheet.note((78, 118), (96, 40))
    sheet.note((156, 120), (176, 40))
    sheet.note((270, 56), (316, 36))
    sheet.note((280, 190), (330, 214))
    sheet.note((200, 205), (206, 268))
    sheet.note((320, 160), (366, 182))
    sheet.note((70, 178), (40, 262))


def rotor_spinning(sheet: Sheet, vary: Variation) -> None:
    """Section of an open-end spinning box: opening roller, channel, rotor, draw-off nozzle."""
    roller: Point = (104.0, 128.0)
    pins = vary.count(26, 34)
    sheet.circle(roller, 62)
    sheet.circle(roller, 46)
    for i in range(pins):
        a = i * 360 / pins
        tip = polar(roller, 54, degrees=a + 5)
        sheet.line((polar(roller, 46, degrees=a), tip, polar(roller, 46, degrees=a + 6)),
                   Pen.FINE, detail=i % 2 == 1)  # fmt: skip
    sheet.circle(roller, 14)
    sheet.cross(roller, 70)
    sheet.body(((150, 96), (244, 130), (240, 142), (142, 116)), fill=Fill.PAPER)
    sheet.arrow((164, 109), (222, 130))
    _rotor_cup(sheet, vary.between(86, 92))
    sheet.rect((288, 140), (92, 20))
    for x in (312.0, 352.0):
        for y in (126.0, 160.0):
            sheet.cut(box((x - 8, y), (16, 14)), gap=4)
    sheet.cut(((206, 136), (236, 143), (236, 157), (206, 164)), slant=-45, gap=4)
    sheet.line(((248, 88), (236, 150), (190, 152), (150, 170), (66, 234), (30, 284)))
    sheet.circle((60, 224), 12)
    sheet.circle((78, 246), 12)
    sheet.axis((196, 150), (392, 150))
    sheet.line(((40, 40), (40, 82), (60, 100)), Pen.FINE)
    sheet.rect((28, 28), (24, 14))
    sheet.note(polar(roller, 58, degrees=-100), (78, 30))
    sheet.note((190, 110), (190, 52))
    sheet.note((258, 104), (316, 58))
    sheet.note((220, 152), (186, 216))
    sheet.note((368, 150), (380, 212))
    sheet.note((312, 168), (318, 236))
    sheet.note((120, 184), (164, 252))


def _rotor_cup(sheet: Sheet, deep: float) -> None:
    for sign in (-1, 1):
        wall = ((232.0, 150 + sign * 58), (246.0, 150 + sign * deep * 0.8),
                (254.0, 150 + sign * deep * 0.8), (266.0, 150 + sign * 44),
                (290.0, 150 + sign * 22), (290.0, 150.0), (274.0, 150.0),
                (274.0, 150 + sign * 16), (254.0, 150 + sign * 40),
                (248.0, 150 + sign * 62), (238.0, 150 + sign * 54))  # fmt: skip
        sheet.cut(wall, slant=45, gap=5)


def yarn_clearer(sheet: Sheet, vary: Variation) -> None:
    """Perspective-free view of a winding station: package, tension disc, clearer, bobbin."""
    slack = vary.between(-6, 6)
    sheet.body(((150, 30), (262, 22), (270, 82), (142, 82)))
    for i in range(9):
        x = 154 + i * 13
        sheet.line(((x, 31), (x + 20, 82)), Pen.FINE, detail=i % 3 != 0)
        sheet.line(((x + 8, 30), (x - 8, 82)), Pen.FINE, detail=True)
    sheet.body(rounded((136, 84), (142, 28), radius=6))
    sheet.line(((150, 98), (196, 88), (264, 108)), Pen.FINE)
    sheet.line(((150, 108), (220, 88), (268, 92)), Pen.FINE, detail=True)
    yarn: tuple[Point, ...] = ((206, 112), (206 + slack, 150), (206, 262))
    sheet.body(rounded((172, 126), (68, 30), radius=4))
    sheet.rect((200, 126), (12, 30))
    sheet.circle((184, 141), 4, fill=Fill.INK)
    sheet.circle((228, 141), 4, fill=Fill.INK)
    for spot in (190.0, 222.0):
        sheet.circle((spot, 180), 15)
        sheet.circle((spot, 180), 4)
    sheet.line(helix((238, 180), (284, 180), turns=5, width=12), Pen.FINE)
    sheet.rect((284, 168), (10, 24))
    sheet.line(yarn)
    sheet.body(((196, 214), (216, 214), (226, 284), (186, 284)))
    for i in range(7):
        sheet.fine(((195 - i * 1.2, 222 + i * 8), (217 + i * 1.2, 226 + i * 8)), detail=i % 2 == 1)
    sheet.rect((92, 60), (18, 228))
    sheet.line(((110, 141), (172, 141)))
    sheet.line(((110, 180), (176, 180)))
    sheet.axis((206, 12), (206, 296))
    sheet.note((164, 50), (124, 26))
    sheet.note((268, 100), (322, 108))
    sheet.note((234, 150), (322, 146))
    sheet.note((228, 188), (304, 226))
    sheet.note((100, 220), (58, 236))
    sheet.note((206, 262), (266, 272))
    sheet.line(arc((206, 180), 40, start=200, end=240), Pen.HIDDEN, detail=True)
