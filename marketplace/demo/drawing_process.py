"""Drawings of pharmaceutical and chemical process equipment."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import (
    Point,
    Variation,
    arc,
    box,
    ellipse_arc,
    polar,
    rounded,
)
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def reactor(sheet: Sheet, vary: Variation) -> None:
    """Part section of a jacketed stirred reactor with drive, impellers, baffles and outlet."""
    x, level = 200.0, vary.between(122, 140)
    for half, top in ((88.0, 124.0), (76.0, 92.0)):
        wall = (*arc_bottom((x, 206), half, drop=half * 0.5),)
        sheet.body(((x - half, top), *reversed(wall), (x + half, top)), fill=Fill.PAPER)
    sheet.line(ellipse_arc((x, 92), (76, 28), start=180, end=360))
    sheet.rect((x - 84, 88), (168, 8))
    sheet.rect((x - 12, 50), (24, 16))
    sheet.rect((x - 20, 12), (40, 38))
    for y in (20.0, 28.0, 36.0):
        sheet.fine(((x - 20, y), (x + 20, y)), detail=True)
    sheet.rect((x - 4, 66), (8, 152))
    for y, reach in ((168.0, 38.0), (218.0, 46.0)):
        _impeller(sheet, (x, y), reach=reach, curved=vary.count(0, 1) == 1)
    sheet.line(((x - 76, level), (x - 4, level)), Pen.HIDDEN)
    sheet.line(((x + 4, level), (x + 76, level)), Pen.HIDDEN)
    for side in (-62.0, 56.0):
        sheet.body(box((x + side, 104), (6, 112)), Pen.FINE)
    for side in (-56.0, 44.0):
        sheet.rect((x + side, 56), (12, 18))
        sheet.rect((x + side - 4, 50), (20, 6))
    sheet.rect((x - 8, 249), (16, 22))
    sheet.arrow((56, 206), (108, 206))
    sheet.arrow((292, 140), (344, 140))
    sheet.arrow((x, 272), (x, 294))
    sheet.axis((x, 4), (x, 290))
    sheet.note((x + 16, 30), (272, 24))
    sheet.note((x - 50, 62), (92, 48))
    sheet.note((x + 84, 180), (340, 190))
    sheet.note((x - 74, 150), (64, 126))
    sheet.note((x + 30, 168), (336, 92))
    sheet.note((x - 34, 220), (62, 258))
    sheet.note((x + 59, 200), (332, 250))


def arc_bottom(centre: Point, half: float, *, drop: float) -> tuple[Point, ...]:
    """A dished bottom from right to left."""
    return ellipse_arc(centre, (half, drop), start=0, end=180)


def _impeller(sheet: Sheet, at: Point, *, reach: float, curved: bool) -> None:
    x, y = at
    sheet.rect((x - 9, y - 8), (18, 16))
    for way in (-1, 1):
        root, tip = x + way * 9, x + way * reach
        lean = 6 if curved else 0
        sheet.body(((root, y - 4), (tip, y - 9 - lean), (tip, y + 9 - lean), (root, y + 4)))


def column(sheet: Sheet, vary: Variation) -> None:
    """Preparative chromatography column with distributor plates, bed, piston and piping."""
    x, bed = 176.0, vary.between(104, 124)
    for edge in (-46.0, 38.0):
        sheet.cut(box((x + edge, 58), (8, 196)), gap=5)
    sheet.rect((x - 58, 50), (116, 10))
    sheet.rect((x - 58, 252), (116, 10))
    for plate in (bed, 236.0):
        sheet.cut(box((x - 37, plate), (74, 9)), slant=90, gap=5)
    for i in range(60):
        spot = (x - 33 + vary.between(0, 66), bed + 14 + vary.between(0, 236 - bed - 19))
        sheet.circle(spot, 1.7, pen=Pen.FINE, detail=i % 5 != 0)
    sheet.rect((x - 5, 16), (10, bed - 16))
    sheet.rect((x - 30, 22), (60, 12))
    for end in (-52.0, 46.0):
        sheet.rect((x + end, 44), (6, 224))
    sheet.line(((x, 262), (x, 282), (300, 282), (300, 232)))
    sheet.line(((x + 5, 40), (262, 40), (262, 96)))
    _pump(sheet, (262, 112))
    sheet.rect((276, 190), (48, 42))
    sheet.line(((284, 220), (292, 220), (297, 200), (302, 220), (316, 220)), Pen.FINE)
    for i in range(3):
        sheet.body(rounded((338 + i * 16, 250), (12, 26), radius=4))
    sheet.line(((300, 190), (300, 170), (360, 170), (360, 244)))
    sheet.line(((262, 128), (262, 150), (226, 150)))
    sheet.axis((x, 6), (x, 294))
    sheet.note((x - 42, 120), (86, 108))
    sheet.note((x - 20, bed + 4), (84, 62))
    sheet.note((x - 22, 190), (84, 196))
    sheet.note((x - 24, 241), (84, 250))
    sheet.note((x - 28, 28), (98, 22))
    sheet.note((272, 104), (330, 84))
    sheet.note((318, 200), (372, 140))
    sheet.note((376, 262), (386, 226))


def _pump(sheet: Sheet, at: Point) -> None:
    sheet.circle(at, 16)
    sheet.body((polar(at, 16, degrees=90), polar(at, 16, degrees=-30), polar(at, 16,
               degrees=210)), Pen.FINE)  # fmt: skip


def freeze_dryer(sheet: Sheet, vary: Variation) -> None:
    """Freeze dryer: chamber with shelves and vials, stoppering ram, condenser, vacuum pump."""
    shelves = vary.count(4, 5)
    sheet.cut(rounded((36, 58), (164, 186), radius=10), gap=6)
    sheet.body(rounded((46, 68), (144, 166), radius=5))
    gap = 150 / shelves
    for i in range(shelves):
        y = 82 + (i + 1) * gap - 12
        sheet.rect((58, y), (120, 6))
        for k in range(9):
            vial = (63 + k * 12.6, y - 14)
            sheet.body(box(vial, (8, 14)), Pen.FINE, detail=k % 3 != 0)
            sheet.body(box((vial[0] + 2, vial[1] - 3), (4, 3)), Pen.FINE, detail=True)
    sheet.rect((112, 20), (12, 54))
    sheet.rect((98, 8), (40, 34))
    sheet.line(((200, 150), (232, 150)))
    sheet.line(((200, 174), (232, 174)))
    sheet.body(((208, 142), (224, 182), (224, 142), (208, 182)))
    sheet.cut(rounded((232, 92), (112, 152), radius=40), gap=6)
    sheet.body(rounded((241, 101), (94, 134), radius=34))
    for i in range(vary.count(6, 8)):
        sheet.circle((262 + (i % 2) * 50, 126 + (i // 2) * 26), 9)
        sheet.circle((262 + (i % 2) * 50, 126 + (i // 2) * 26), 5, pen=Pen.FINE, detail=True)
    sheet.line(((344, 150), (366, 150), (366, 206)))
    sheet.circle((366, 224), 18)
    sheet.body((polar((366, 224), 18, degrees=-90), polar((366, 224), 18, degrees=30),
                polar((366, 224), 18, degrees=150)), Pen.FINE)  # fmt: skip
    sheet.line(((20, 264), (388, 264)))
    for x in (60.0, 170.0, 260.0, 316.0):
        sheet.rect((x, 244), (12, 20))
    sheet.note((80, 82 + gap - 9), (16, 92))
    sheet.note((68, 82 + 2 * gap - 20), (16, 162))
    sheet.note((130, 28), (178, 24))
    sheet.note((216, 152), (216, 106))
    sheet.note((312, 126), (320, 62))
    sheet.note((376, 216), (384, 170))
    sheet.note((50, 240), (28, 284))


def microchannel(sheet: Sheet, vary: Variation) -> None:
    """Plate of a continuous-flow microreactor: inlets, mixer, heart-shaped cells, outlet."""
    rows = vary.count(4, 5)
    sheet.body(rounded((46, 30), (308, 240), radius=12))
    sheet.body(rounded((58, 42), (284, 216), radius=8), Pen.FINE, detail=True)
    for x in (60.0, 340.0):
        for y in (44.0, 150.0, 256.0):
            sheet.bolt((x if x < 200 else 340.0, y), 7)
    pitch = 190 / rows
    path: list[Point] = [(82, 68)]
    for i in range(rows):
        y = 68 + i * pitch
        start, end = (96.0, 306.0) if i % 2 == 0 else (306.0, 96.0)
        path += [(start, y), (end, y), (end, y + pitch)]
    path = path[:-1]
    sheet.line(path, Pen.OUTLINE)
    sheet.line([(x, y + 5) for x, y in path], Pen.FINE, detail=True)
    for i in range(rows):
        for k in range(5):
            _cell(sheet, (122 + k * 38, 68 + i * pitch), rightward=i % 2 == 0)
    last = (path[-1][0], 68 + (rows - 1) * pitch)
    for spot in ((76.0, 68.0), (76.0, 92.0), last):
        sheet.circle(spot, 8)
        sheet.circle(spot, 3.5, fill=Fill.INK)
    sheet.line(((80, 86), (96, 70)))
    sheet.note((76, 66), (18, 44))
    sheet.note((76, 94), (18, 104))
    sheet.note((96, 68), (110, 14))
    sheet.note((236, 62), (262, 14))
    sheet.note((306, 68 + pitch / 2), (382, 96))
    sheet.note(last, (382, 262) if last[0] > 200 else (20, 286))
    sheet.note((350, 180), (384, 186))


def _cell(sheet: Sheet, at: Point, *, rightward: bool) -> None:
    x, y = at
    way = 1 if rightward else -1
    sheet.body(ellipse_arc((x, y), (13, 11), start=0, end=360))
    start = -80.0 if rightward else 100.0
    baffle = arc((x + way * 2, y), 5, start=start, end=start + 160)
    sheet.body(baffle, Pen.FINE, fill=Fill.INK, detail=True)


def soft_capsule(sheet: Sheet, vary: Variation) -> None:
    """Die rolls of a soft-capsule machine: gelatin ribbons, wedge, segment, capsules below."""
    pockets, radius = vary.count(11, 14), 64.0
    for x, way in ((132.0, 1), (268.0, -1)):
        sheet.circle((x, 178), radius)
        for i in range(pockets):
            a = i * 360 / pockets + (0 if way > 0 else 180)
            at = polar((x, 178), radius - 6, degrees=a)
            sheet.circle(at, 6.5, pen=Pen.OUTLINE if i % 2 else Pen.FINE)
        sheet.circle((x, 178), 40, pen=Pen.FINE, detail=True)
        sheet.circle((x, 178), 16)
        sheet.rect((x - 3, 160), (6, 5))
        sheet.cross((x, 178), radius + 10)
    wedge = ((150.0, 62.0), (250.0, 62.0), (250.0, 86.0), (204.0, 164.0), (196.0, 164.0),
             (150.0, 86.0))  # fmt: skip
    sheet.cut(wedge, gap=6)
    sheet.body(((197, 50), (203, 50), (203, 158), (197, 158)))
    sheet.rect((180, 24), (40, 26))
    for way in (-1, 1):
        ribbon = [(200 + way * 170, 60.0), (200 + way * 74, 74.0), (200 + way * 50, 92.0),
                  (200 + way * 5, 166.0), (200 + way * 3, 250.0)]  # fmt: skip
        sheet.line(ribbon)
        sheet.circle((200 + way * 84, 62), 11)
    for y in (216.0, 244.0, 272.0):
        sheet.body(ellipse_arc((200 + vary.between(-3, 3), y), (7, 10), start=0, end=360))
    sheet.axis((200, 10), (200, 296))
    sheet.note((98, 205), (36, 242))
    sheet.note((226, 78), (306, 30))
    sheet.note((200, 120), (92, 22))
    sheet.note((60, 66), (30, 96))
    sheet.note((284, 62), (352, 98))
    sheet.note((208, 246), (262, 278))
    sheet.note((326, 178), (382, 222))
