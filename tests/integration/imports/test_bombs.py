"""Files made to exhaust the reader end within seconds and within 200 MB, and are refused (T18)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/s.xml"/></Relationships>',
}
MEASURE = """
import json, resource, sys
from marketplace.kernel.sheets import sandbox
from marketplace.kernel.errors import Invalid
try:
    told = len(sandbox.rows_of(sys.stdin.buffer.read(), sys.argv[1]))
except Invalid as error:
    told = error.code
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([told, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""


def book(rows: str, head: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        body = f'{head}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/s.xml", body)
    return target.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def rows(count: int) -> str:
    return "".join(f'<row r="{n}">{cell(f"A{n}", "name")}</row>' for n in range(1, count + 1))


def million() -> bytes:
    return book(rows(1_000_000))


def far_corner() -> bytes:
    """Two cells, as far apart as a sheet allows: 17,000 million cells when it is laid out."""
    return book(rows(1) + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')


def entities() -> bytes:
    """Nine layers of ten: 10 GB of letters out of half a kilobyte."""
    layers = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    head = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e0 "aaaaaaaaaa">{layers}]>'
    return book(f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "&e9;")}</row>', head)


def outside() -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return book(f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "&x;")}</row>', head)


BOMBS = {
    "million rows": ("xlsx", million, ("upload.archive_bomb",)),
    "300,000 rows": ("xlsx", lambda: book(rows(300_000)), ("import.too_many_rows",)),
    "far corner": ("xlsx", far_corner, ("import.unreadable",)),
    "entities": ("xlsx", entities, ("import.unreadable",)),
    "file of ours": ("xlsx", outside, ("import.unreadable",)),
    "million lines": ("csv", lambda: b"name\n" + b"x\n" * 1_000_000, ("import.too_many_rows",)),
    "million columns": ("csv", lambda: b"," * 2_000_000 + b"\n" + b"," * 2_000_000, (1,)),
    "million objects": ("jsonl", lambda: b'{"a": 1}\n' * 900_000, ("import.too_many_rows",)),
    "nested": ("jsonl", lambda: b"[" * 8_000_000, (1,)),
    "long number": ("jsonl", lambda: b'{"a": ' + b"9" * 8_000_000 + b"}", (1,)),
    "quoted": ("csv", lambda: b'name\n"' + b"x" * 8_000_000, (0, 1)),
}
"""Bomb → its format, the bytes, what the reader may say; a number counts rows named as broken."""


def measured(content: bytes, kind: str) -> tuple[object, float, int]:
    """What was told, CPU seconds and megabytes of the reader's child."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, kind], input=content, capture_output=True, check=True
    )
    told, seconds, megabytes = json.loads(run.stdout)
    return told, seconds, megabytes


def test_an_honest_workbook_and_the_most_rows_are_read():
    assert measured(book(rows(3)), "xlsx")[0] == 2
    assert measured(book(rows(2_001)), "xlsx")[0] == 2_000


@pytest.mark.threat("T18")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_within_five_seconds_and_200_megabytes(bomb):
    kind, make, may_say = BOMBS[bomb]
    told, seconds, megabytes = measured(make(), kind)
    assert told in may_say
    assert seconds <= 5.5  # of its own work: the machine may be busy
    assert megabytes < 200
