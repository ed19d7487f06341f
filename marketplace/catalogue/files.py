"""Results as files for other programs: CSV, XLSX, RSS."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.catalogue import asking, queries
from marketplace.catalogue.asking import Asked
from marketplace.catalogue.queries import Found
from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context
from marketplace.showcase.listings import labels
from marketplace.web.exports import safe_cell
from marketplace.web.filters import day
from marketplace.web.i18n import current_lang

MOST = 1_000
STEP = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One result with plain values; the price in yuan as text."""

    kind: str
    title: str
    number: str
    organisation: str
    cluster: str
    price: str
    published: str
    source: str
    url: str
    summary: str = ""
    at: datetime | None = None


COLUMNS = tuple(field.name for field in fields(Row))[:10]


def rows(db: Session, ctx: Context, asked: Asked, *, most: int, newest: bool = False) -> list[Row]:
    """Up to ``most`` results, page by page through the same search as the site."""
    found: list[Row] = []
    asked = replace(asked, sort="newest" if newest else asked.sort, cursor=None)
    while len(found) < most:
        size = min(STEP, most - len(found))
        query = asking.query_of(
            asked, lang=current_lang(), now_ms=to_ms(ctx.clock()), page_size=size
        )
        results = queries.search(db, ctx.settings, replace(query, facets=()))
        found += [_row(one, ctx.settings.base_url) for one in results.found]
        if not results.page.next_cursor:
            break
        asked = replace(asked, cursor=results.page.next_cursor)
    return found


def _row(found: Found, base: str) -> Row:
    if found.demand is not None:
        one = found.demand
        return Row(
            kind=_("Demand"),
            title=one.title,
            number="",
            organisation=one.organisation_name,
            cluster=one.cluster,
            price=_yuan(one.budget_high_minor),
            published=day(one.published_at),
            source=one.source or "",
            url=base + url_for("exchange.demands.show", demand_id=one.id),
            summary=one.text[:300],
            at=one.published_at,
        )
    card = found.listing
    assert card is not None  # noqa: S101 - Found holds one of the two
    return Row(
        kind=labels.kind(card.kind, card.patent_kind, card.legal_status),
        title=card.title,
        number=labels.number(card.number, card.legal_status),
        organisation=card.organisation_name,
        cluster=card.cluster,
        price=_yuan(card.price_minor),
        published=day(card.published_at),
        source=card.source or "",
        url=base + url_for("showcase.listings.show", listing_id=card.id),
        summary=card.summary,
        at=card.published_at,
    )


def _yuan(minor: int | None) -> str:
    return "" if minor is None else f"{minor // 100}.{minor % 100:02d}"


def csv_lines(found: list[Row]) -> Iterator[str]:
    """CSV with UTF-8 mark; no cell begins a formula (T19)."""
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    for row in found:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([safe_cell(getattr(row, name)) for name in COLUMNS])
        yield buffer.getvalue()


def xlsx_bytes(found: list[Row]) -> bytes:
    """A workbook whose cells are all typed as text (T19)."""
    from openpyxl import Workbook  # noqa: PLC0415 - 5 MB and a second that no other page needs
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("results")
    sheet.append(list(COLUMNS))
    for row in found:
        cells = []
        for name in COLUMNS:
            cell = WriteOnlyCell(sheet, value=str(safe_cell(getattr(row, name))))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
