"""Cells that leave the market for a spreadsheet never start a formula there (T19)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[object]


def safe_cell(value: object) -> object:
    """Numbers stay numbers; a text that a spreadsheet might run gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA_STARTS) else text


def yuan_cell(minor: int) -> Decimal:
    """Fen as a number of yuan, exactly."""
    return Decimal(minor).scaleb(-2)


def csv_file(name: str, head: Row, rows: Iterable[Row]) -> Response:
    """A CSV with the mark that lets a spreadsheet read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return _answer("\ufeff" + text.getvalue(), f"{name}.csv", "text/csv")


def xlsx_file(name: str, head: Row, rows: Iterable[Row]) -> Response:
    """A workbook; amounts are numbers, everything else is typed as text and never a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - 5 MB and a second that no other page needs
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])  # the most a sheet may have
    sheet.append(list(head))
    for row in rows:
        cells = []
        for value in row:
            number = isinstance(value, int | Decimal) and not isinstance(value, bool)
            cell = WriteOnlyCell(sheet, value=value if number else str(safe_cell(value)))
            if not number:
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return _answer(buffer.getvalue(), f"{name}.xlsx", XLSX)


def table_file(kind: str, name: str, head: Row, *, rows: Iterable[Row]) -> Response:
    """The same table as ``csv`` or ``xlsx``."""
    return (xlsx_file if kind == "xlsx" else csv_file)(name, head, rows)


def _plain(cell: object) -> object:
    return str(cell) if isinstance(cell, Decimal) else safe_cell(cell)


def _answer(content: str | bytes, name: str, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store, private"
    return response
