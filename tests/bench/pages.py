"""P2: how many SQL statements a page takes, with five rows on it and with fifty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from marketplace.app import create_app
from marketplace.catalogue import asking
from marketplace.kernel.context import Context
from tests.bench import stock
from tests.bench.board import Board
from tests.bench.site import empty_market
from tests.integration.identity.acting import person, sign_in

SMALL, LARGE = 5, 50
BARS = {"list": (6, 132), "detail": (5, 19), "search": (6, 10)}
ANYONE, SIGNED_IN = "anybody", "signed in"


def measure(board: Board) -> None:
    """Count on a market of five and on one of fifty, all of them on one page."""
    counted: dict[tuple[str, str], list[int]] = {}
    for size in (SMALL, LARGE):
        with empty_market(MARKET_MODE="test", MARKET_BASE_URL="http://localhost") as ctx:
            stock.fill(ctx, size)
            for key, count in _count(ctx, size).items():
                counted.setdefault(key, []).append(count)
    for (page, reader), counts in counted.items():
        most, oscar = BARS[page]
        most += reader == SIGNED_IN
        board.add(
            f"P2 {page}, {reader}",
            f"<= {most} statements, the same with {SMALL} and {LARGE} rows",
            " and ".join(map(str, counts)),
            held=max(counts) <= most and len(set(counts)) == 1,
            anchor=f"oscar {oscar}",
        )


def _count(ctx: Context, rows: int) -> dict[tuple[str, str], int]:
    app = create_app(ctx.settings, ctx=ctx)
    found = {}
    with _pages_of(rows):
        for reader in (ANYONE, SIGNED_IN):
            client = app.test_client()
            if reader == SIGNED_IN:
                person(ctx, "Alice")
                answer = sign_in(client, "Alice")
                assert answer.status_code in (302, 303), answer.text
            first = client.get("/catalogue/").text
            listed = set(re.findall(r'data-listing-id="(\d+)"', first))
            assert len(listed) == rows, f"{len(listed)} of {rows} rows on the page"
            own = next(one for one in listed if int(one) % 2 == 0)
            pages = {"list": "/catalogue/", "detail": f"/showcase/listings/{own}",
                     "search": "/catalogue/?q=新昌"}  # fmt: skip
            for page, path in pages.items():
                found[page, reader] = _statements(ctx.engine, client, path)
    return found


@contextmanager
def _pages_of(rows: int) -> Iterator[None]:
    """Lists that show so many rows at once."""
    kept = asking.query_of.__kwdefaults__["page_size"]
    asking.query_of.__kwdefaults__["page_size"] = rows
    try:
        yield
    finally:
        asking.query_of.__kwdefaults__["page_size"] = kept


def _statements(engine: Engine, client: FlaskClient, path: str) -> int:
    """The statements of the second request, without what begins and ends transactions."""
    counted: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            counted.append(text)

    assert client.get(path).status_code == 200, path
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(counted)
