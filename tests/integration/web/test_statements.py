"""How much a page asks of the database."""

from __future__ import annotations

import pytest
from sqlalchemy import event, insert

from marketplace.notify.models import Notice
from tests.integration.identity.acting import person, sign_in


@pytest.fixture
def statements(ctx):
    """The statements since the list was cleared, without those that begin and end transactions."""
    seen: list[str] = []

    def note(_connection, _cursor, text, *_rest) -> None:
        if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(text)

    event.listen(ctx.engine, "before_cursor_execute", note)
    yield seen
    event.remove(ctx.engine, "before_cursor_execute", note)


def _asked(statements, client, path: str) -> tuple[int, str]:
    client.get(path)
    statements.clear()
    page = client.get(path).text
    return len(statements), page


def test_being_signed_in_costs_one_statement_that_also_counts_the_notices(ctx, app, statements):
    alice = person(ctx, "Alice")
    with ctx.transaction() as tx:
        notice = {"user_id": alice, "kind": "bench", "facts": {}, "url": "/", "created_at": tx.now}
        tx.db.execute(insert(Notice), [notice] * 3)
    client = app.test_client()
    before, _page = _asked(statements, client, "/catalogue/")
    assert sign_in(client, "Alice").status_code in (302, 303)
    after, page = _asked(statements, client, "/catalogue/")
    assert after == before + 1
    assert '<span class="count">3' in page
