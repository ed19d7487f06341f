"""Rows out of a file: JSONL, CSV or XLSX, each also as .gz; nothing of the market in here."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.kernel.errors import Invalid

LARGEST_BYTES = 512 * 1024 * 1024
"""What an unpacked file may hold; a bomb stops here (T18)."""
LONGEST_LINE = 4 * 1024 * 1024
FORMATS = ("jsonl", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file. ``line`` counts from 1 as an editor shows it.

    ``broken`` says why the line is no record at all; ``values`` is then empty.
    """

    line: int
    values: dict[str, Any]
    broken: str = ""


def format_of(path: Path) -> str:
    """``jsonl``, ``csv`` or ``xlsx`` by the name, with or without .gz; raises Invalid."""
    suffixes = [suffix.lower().lstrip(".") for suffix in path.suffixes]
    if suffixes and suffixes[-1] == "gz":
        suffixes.pop()
    found = suffixes[-1] if suffixes else ""
    found = {"ndjson": "jsonl", "json": "jsonl", "xlsm": "xlsx"}.get(found, found)
    if found not in FORMATS:
        raise Invalid("import.unknown_format", name=path.name)
    return found


def content_of(path: Path) -> bytes:
    """The unpacked bytes; raises Invalid for a broken archive or one that unpacks too large."""
    try:
        open_file: Any = gzip.open if path.suffix.lower() == ".gz" else open
        with open_file(path, "rb") as file:
            content = bytes(file.read(LARGEST_BYTES + 1))
    except (OSError, EOFError) as error:
        raise Invalid("import.unreadable", name=path.name) from error
    if len(content) > LARGEST_BYTES:
        raise Invalid("import.too_large", name=path.name)
    return content


def rows(content: bytes, kind: str) -> Iterator[Row]:
    """The records of ``content`` in the format ``kind`` (see ``format_of``)."""
    readers = {"jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx}
    yield from readers[kind](content)


def fingerprint(content: bytes) -> str:
    """SHA-256 of the file, by which an interrupted import is found again."""
    return hashlib.sha256(content).hexdigest()


def _jsonl(content: bytes) -> Iterator[Row]:
    for number, raw in enumerate(content.split(b"\n"), 1):
        if not raw.strip():
            continue
        yield _json_row(number, raw)


def _json_row(number: int, raw: bytes) -> Row:
    if len(raw) > LONGEST_LINE:
        return Row(number, {}, "line_too_long")
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Row(number, {}, "not_json")
    if not isinstance(values, dict):
        return Row(number, {}, "not_an_object")
    return Row(number, values)


def _text(content: bytes) -> str:
    """UTF-8, or what Chinese spreadsheets save as CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("import.unknown_encoding")


def _csv(content: bytes) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_LINE)
    text = _text(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for values in reader:
            extra = values.pop(None, None)
            plain = {key.strip(): value for key, value in values.items() if key}
            yield Row(reader.line_num, plain, "too_many_cells" if extra else "")
    except csv.Error:
        yield Row(reader.line_num, {}, "not_csv")


def _xlsx(content: bytes) -> Iterator[Row]:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - no page needs it

    try:
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
        table = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid("import.unreadable", name="xlsx") from error
    header: list[str] | None = None
    for number, cells in enumerate(table, 1):
        texts = [_cell(cell) for cell in cells]
        if header is None:
            header = [text.strip().rstrip("*＊").strip() for text in texts]
        elif any(texts):
            values = dict(zip(header, texts, strict=False))
            values.pop("", None)
            yield Row(number, values)


def _cell(cell: object) -> str:
    """A cell as text: whole numbers without the ``.0`` that spreadsheets give them."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
