"""Drawings of circuit boards, and the block and flow charts of methods and software."""

from __future__ import annotations

from marketplace.demo.drawing_geometry import Point, Variation, box, ellipse_arc, rounded
from marketplace.demo.drawing_sheet import Fill, Pen, Sheet


def sensor_board(sheet: Sheet, vary: Variation) -> None:
    """Plan of a vibration sensor board: element, amplifier, controller, antenna, cell."""
    sheet.body(rounded((48, 48), (304, 204), radius=16))
    for x, y in ((66.0, 66.0), (334.0, 66.0), (66.0, 234.0), (334.0, 234.0)):
        sheet.circle((x, y), 8)
        sheet.circle((x, y), 4, pen=Pen.FINE, detail=True)
    chip = vary.between(30, 36)
    _chip(sheet, (206, 140), half=chip, pins=vary.count(8, 10))
    _chip(sheet, (128, 110), half=16, pins=4)
    sheet.circle((112, 196), 30)
    sheet.circle((112, 196), 22, pen=Pen.FINE)
    sheet.circle((112, 196), 5, fill=Fill.INK)
    sheet.line([p for i in range(5) for p in ((292 + i * 9, 62.0 + (i % 2) * 34),
                (292 + i * 9, 62.0 + ((i + 1) % 2) * 34))])  # fmt: skip
    sheet.body(ellipse_arc((298, 196), (38, 38), start=0, end=360))
    sheet.line(((288, 196), (308, 196)))
    sheet.line(((298, 186), (298, 206)))
    sheet.rect((180, 226), (56, 26))
    for i in range(5):
        sheet.rect((186 + i * 10, 236), (5, 16))
    for start, end in (
        ((144, 110), (206 - chip - 6, 130)),
        ((112, 166), (128, 130)),
        ((206 + chip + 6, 120), (292, 96)),
        ((206 + chip + 6, 160), (262, 186)),
    ):
        middle = (end[0], start[1]) if vary.count(0, 1) else (start[0], end[1])
        sheet.fine((start, middle, end), detail=True)
    for i in range(vary.count(5, 7)):
        sheet.body(box((150 + i * 14, 62), (9, 5)), Pen.FINE, detail=True)
    sheet.note((100, 180), (28, 150))
    sheet.note((120, 106), (72, 24))
    sheet.note((212, 130), (226, 22))
    sheet.note((312, 70), (376, 32))
    sheet.note((324, 210), (380, 176))
    sheet.note((226, 244), (262, 280))
    sheet.note((60, 220), (24, 262))


def _chip(sheet: Sheet, at: Point, *, half: float, pins: int) -> None:
    x, y = at
    pitch = 2 * half / (pins + 1)
    for i in range(1, pins + 1):
        along = -half + i * pitch
        sheet.line(((x + along, y - half - 6), (x + along, y + half + 6)), Pen.FINE,
                   detail=i % 2 == 0)  # fmt: skip
        sheet.line(((x - half - 6, y + along), (x + half + 6, y + along)), Pen.FINE,
                   detail=i % 2 == 0)  # fmt: skip
    sheet.rect((x - half, y - half), (2 * half, 2 * half))
    sheet.circle((x - half + 6, y - half + 6), 2.5, fill=Fill.INK)


def controller(sheet: Sheet, vary: Variation) -> None:
    """Plan of a drive controller: heat sink, power modules, capacitors, terminals, processor."""
    sheet.body(rounded((40, 40), (320, 220), radius=6))
    fins = vary.count(12, 16)
    sheet.rect((56, 54), (176, 62))
    for i in range(fins):
        x = 64 + i * 160 / (fins - 1)
        sheet.line(((x, 54), (x, 116)), Pen.FINE, detail=i % 3 != 0)
    for i in range(3):
        sheet.rect((62 + i * 58, 124), (44, 36))
        sheet.circle((84 + i * 58, 142), 6, pen=Pen.FINE)
    for i in range(vary.count(2, 3)):
        sheet.circle((266 + i * 34, 84), 16)
        sheet.line(((254 + i * 34, 76), (278 + i * 34, 76)), Pen.FINE, detail=True)
    _chip(sheet, (296, 160), half=26, pins=vary.count(7, 9))
    sheet.rect((52, 220), (190, 30))
    for i in range(8):
        sheet.circle((66 + i * 23, 235), 7)
        sheet.line(((61 + i * 23, 239), (71 + i * 23, 231)), Pen.FINE, detail=True)
    sheet.rect((262, 222), (40, 28))
    sheet.rect((314, 222), (34, 28))
    for i in range(4):
        sheet.line(((320 + i * 7, 228), (320 + i * 7, 244)), Pen.FINE, detail=True)
    for y in (176.0, 184.0, 192.0, 200.0):
        sheet.fine(((70, y), (180 + (y - 176), y), (212 + (y - 176), 168), (262, 168)), detail=True)
    sheet.circle((128, 192), 14)
    sheet.circle((128, 192), 8, pen=Pen.FINE, detail=True)
    sheet.note((80, 60), (30, 24))
    sheet.note((200, 150), (216, 20))
    sheet.note((300, 76), (340, 20))
    sheet.note((310, 150), (384, 130))
    sheet.note((280, 240), (278, 282))
    sheet.note((134, 198), (20, 190))
    sheet.note((100, 240), (92, 282))


def block_diagram(sheet: Sheet, vary: Variation) -> None:
    """Blocks of a system: acquisition, edge unit, model, store, terminal and their signal paths."""
    blocks = ((34, 52, 92, 54), (34, 180, 92, 54), (156, 112, 92, 66), (282, 40, 84, 54),
              (282, 122, 84, 54), (282, 204, 84, 54))  # fmt: skip
    for start, end in (
        ((126, 79), (156, 130)),
        ((126, 207), (156, 160)),
        ((248, 128), (282, 67)),
        ((248, 145), (282, 149)),
        ((248, 162), (282, 231)),
    ):
        sheet.arrow(start, end)
    for x, y, w, h in blocks:
        sheet.rect((x, y), (w, h))
    _wave(sheet, (44, 79), reach=vary.between(8, 14))
    _wave(sheet, (44, 207), reach=vary.between(5, 9))
    for k, count in enumerate((3, vary.count(4, 5), 2)):
        for i in range(count):
            sheet.circle((172 + k * 30, 145 + (i - (count - 1) / 2) * 13), 4.5, detail=k == 1)
    for level in (56.0, 67.0, 78.0):
        sheet.body(ellipse_arc((324, level), (26, 6), start=0, end=360), Pen.FINE)
    sheet.body(rounded((300, 134), (48, 30), radius=3), Pen.FINE)
    sheet.line(((308, 156), (318, 146), (328, 152), (340, 140)), Pen.FINE)
    sheet.circle((324, 231), 14)
    sheet.line(((324, 231), (333, 222)))
    sheet.body(rounded((16, 24), (122, 228), radius=6), Pen.HIDDEN, fill=Fill.NONE, detail=True)
    sheet.note((50, 54), (74, 12))
    sheet.note((60, 232), (40, 280))
    sheet.note((200, 114), (196, 74))
    sheet.note((300, 42), (280, 16))
    sheet.note((364, 140), (384, 112))
    sheet.note((364, 240), (384, 276))
    sheet.note((138, 240), (176, 262))


def _wave(sheet: Sheet, start: Point, *, reach: float) -> None:
    x, y = start
    heights = (0, -1, 0.6, -0.4, 1, -0.8, 0.3, -0.2, 0.7, -0.5, 0)
    sheet.line([(x + i * 7.2, y + h * reach) for i, h in enumerate(heights)], Pen.FINE)


def flow_chart(sheet: Sheet, vary: Variation) -> None:
    """Steps of a method with one decision and its return path."""
    rows = (30.0, 82.0, 134.0)
    sheet.body(rounded((130, rows[0] - 16), (140, 32), radius=16))
    for y in rows[1:]:
        sheet.rect((120, y - 16), (160, 32))
    diamond = ((200.0, 160.0), (262.0, 190.0), (200.0, 220.0), (138.0, 190.0))
    sheet.body(diamond)
    sheet.rect((120, 240), (160, 32))
    for start, end in ((46, 66), (98, 118), (150, 160), (220, 240)):
        sheet.arrow((200, start), (200, end))
    back = rows[vary.count(1, 2)]
    sheet.line(((262, 190), (320, 190), (320, back)))
    sheet.arrow((320, back), (280, back))
    for y in (*rows, 256.0):
        sheet.line(((148, y - 3), (252, y - 3)), Pen.FINE, detail=True)
        sheet.line(((160, y + 5), (240, y + 5)), Pen.FINE, detail=True)
    sheet.line(((176, 190), (224, 190)), Pen.FINE, detail=True)
    sheet.arrow((60, 82), (120, 82))
    sheet.body(((28, 66), (70, 66), (62, 98), (20, 98)))
    sheet.note((262, 26), (330, 22))
    sheet.note((270, 76), (352, 60))
    sheet.note((132, 140), (66, 146))
    sheet.note((152, 194), (72, 206))
    sheet.note((272, 262), (338, 266))
    sheet.note((28, 84), (30, 32))
