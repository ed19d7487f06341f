"""A locked or full database says «try again», keeps answering readers and loses nothing."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import event, text

from marketplace.app import create_app
from marketplace.kernel import db as kernel_db
from marketplace.kernel.db import make_engine
from tests.integration.identity.acting import PASSWORD, person, post, sign_in


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: PostgreSQL locks rows, and its disk is its server's matter."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


def count(ctx, table: str) -> int:
    with ctx.reading() as db:
        return db.scalar(text(f"SELECT count(*) FROM {table}"))


def integrity(ctx) -> str:
    with ctx.reading() as db:
        return db.scalar(text("PRAGMA integrity_check"))


@pytest.mark.fault("F8")
def test_while_another_process_holds_the_database_writes_are_503_and_reads_go_on(
    ctx, settings, clock, monkeypatch
):
    monkeypatch.setattr(kernel_db, "BUSY_MS", 300)
    engine = make_engine(settings.database_url)
    ctx = replace(ctx, engine=engine)
    client = create_app(settings, clock, ctx).test_client()
    person(ctx, "Bob")
    users = count(ctx, "identity_attempt")
    holder = engine.raw_connection()
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answer = sign_in(client, "Bob")
    assert time.monotonic() - began < 3
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    for path in ("/", "/catalogue/", "/trade/auctions", "/readyz"):
        assert client.get(path).status_code == 200, path
    assert count(ctx, "identity_attempt") == users
    holder.execute("ROLLBACK")
    holder.close()
    assert sign_in(client, "Bob").status_code == 303
    engine.dispose()


@pytest.mark.fault("F8")
def test_a_lock_of_a_moment_is_waited_for(ctx, settings):
    holder = ctx.engine.raw_connection()
    holder.execute("BEGIN IMMEDIATE")
    release = threading.Timer(1.0, lambda: (holder.execute("ROLLBACK"), holder.close()))
    release.start()
    person(ctx, "Bob")
    release.join()
    assert count(ctx, "identity_user") == 1


def register(client, number: int):
    """Somebody new, from an address of his own."""
    values = {"name": f"P{number}", "email": f"p{number}@demo.example", "password": PASSWORD,
              "terms": "y"}  # fmt: skip
    place = {"REMOTE_ADDR": f"192.0.2.{number}"}
    return post(client, "/identity/register", values, environ_base=place)


@pytest.mark.fault("F7")
def test_a_full_disk_is_503_readers_read_and_with_space_it_goes_on(ctx, settings, clock):
    engine = make_engine(settings.database_url)

    @event.listens_for(engine, "connect")
    def fill(connection, _record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + room}")

    room = 2
    app = create_app(settings, clock, replace(ctx, engine=engine))
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as served: what fails late becomes a page too
    client, statuses = app.test_client(), []
    while not statuses or statuses[-1] == 303:
        answer = register(client, len(statuses))
        statuses.append(answer.status_code)
    assert statuses[-1] == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Content-Security-Policy" in answer.headers
    users = count(ctx, "identity_user")
    assert users == len(statuses) - 1
    for path in ("/", "/catalogue/", "/trade/auctions"):
        assert client.get(path).status_code == 200, path
    assert integrity(ctx) == "ok"
    engine.dispose()
    room = 100_000
    assert register(client, 250).status_code == 303
    assert count(ctx, "identity_user") == users + 1
    engine.dispose()
