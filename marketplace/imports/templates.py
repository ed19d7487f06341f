"""The workbook that sellers fill in: a header, an explanation of each column, an example."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from marketplace.imports.kinds import KINDS
from marketplace.imports.words import COLUMN_HINTS

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

NEEDED = {
    "achievements": ("title", "text"),
    "demands": ("title", "text"),
    "patents": ("title", "abstract"),
}
EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "achievements": {
        "title": "低噪声深沟球轴承保持架",
        "text": "兜孔由单一球面改为两段不同曲率，滚珠始终两点接触。",
        "maturity": "通过中试",
        "trl": "6",
        "modes": "转让,许可",
        "price": "128万",
    },
    "demands": {
        "title": "6204 轴承磨削烧伤在线检测",
        "text": "每班抽检两次，漏检的套圈装机后早期剥落。",
        "wanted": "节拍不超过 3 秒，漏检率低于 0.1%",
        "modes": "委托开发",
        "low": "600000",
        "high": "800000",
    },
    "patents": {
        "title": "一种轴承保持架",
        "abstract": "本发明公开了一种轴承保持架，兜孔由两段曲率不同的曲面相接。",
        "app_no": "201310699744.2",
        "ipc": "F16C 33/38",
        "status": "授权",
    },
}


def workbook(kind: str) -> bytes:
    """The template of a kind: sheet 1 to fill in, sheet 2 explains every column."""
    from openpyxl import Workbook  # noqa: PLC0415 - 5 MB and a second that no other page needs

    columns = KINDS[kind].columns
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    header = [_mark(name, columns[name], kind) for name in columns]
    sheet.append([_cell(sheet, text, bold=True) for text in header])
    sheet.append([_cell(sheet, EXAMPLES[kind].get(name, "")) for name in columns])
    help_sheet = book.create_sheet("help")
    for name in columns:
        row = (
            _chinese(columns[name]),
            name,
            "*" if name in NEEDED[kind] else "",
            str(COLUMN_HINTS.get(name, "")),
        )
        help_sheet.append([_cell(help_sheet, text) for text in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _mark(name: str, spellings: Sequence[str], kind: str) -> str:
    return _chinese(spellings) + ("*" if name in NEEDED[kind] else "")


def _chinese(spellings: Sequence[str]) -> str:
    return next((one for one in spellings if not one.isascii()), spellings[0])


def _cell(sheet: object, text: str, *, bold: bool = False) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
