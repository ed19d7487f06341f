"""An import, an approval or a migration killed at any statement is whole after the next run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import warnings
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.imports import commands
from marketplace.imports.commands import RunImport, run
from marketplace.imports.kinds import Target
from marketplace.invariants import broken
from marketplace.kernel import assets, migrate
from marketplace.kernel.context import Context
from marketplace.kernel.db import make_engine
from marketplace.review.models import ReviewDecision
from marketplace.showcase.listings.models import Listing
from marketplace.tables import metadata
from tests import builders
from tests.faults.test_bid_kill import Killer
from tests.integration.showcase.stage import Cast

pytestmark = pytest.mark.slow


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


LONGEST_SECONDS = 120


def killed(ctx: Context, kill_at: int, work: Callable[[Context], object]) -> bool:
    """Do the work in a forked process that dies at its ``kill_at``-th statement; whether it died."""
    ctx.engine.dispose()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(LONGEST_SECONDS)  # a child that hangs fails the test
            own = replace(ctx, engine=make_engine(str(ctx.engine.url)))
            Killer(kill_at).watch(own.engine)
            work(own)
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


@pytest.mark.fault("F25")
@pytest.mark.fault("F3")
def test_an_import_killed_at_every_statement_goes_on_without_doubles(
    ctx, sqlite_template, tmp_path, monkeypatch
):
    monkeypatch.setattr(commands, "BATCH", 10)
    rows = [{"name": f"低噪声保持架 {n}", "context": f"第 {n} 种兜孔曲率。"} for n in range(25)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows), "utf-8")
    command = RunImport("achievements", path, Target("公开样本", publish=True))
    tried = 0
    for kill_at in range(1, 400):
        ctx.engine.dispose()
        for tail in ("-wal", "-shm"):
            (tmp_path / f"market.db{tail}").unlink(missing_ok=True)
        shutil.copy(sqlite_template, tmp_path / "market.db")
        died = killed(ctx, kill_at, lambda own: run(own, command))
        report = run(ctx, command)
        with ctx.reading() as db:
            assert db.scalar(select(func.count()).select_from(Listing)) == 25
        if not died:
            assert report.totals.unchanged == 25
            break
        tried += 1
        assert report.totals.read == 25
        assert report.totals.created + report.totals.unchanged == 25
    assert tried >= 30


@pytest.mark.fault("F3")
def test_an_approval_killed_at_every_statement_is_made_whole_or_not_at_all(ctx, cast):
    listing_id = cast.start()
    cast.submit(listing_id)
    tried = 0
    for kill_at in range(1, 200):
        died = killed(ctx, kill_at, lambda own: _approve(cast, own, listing_id))
        with ctx.reading() as db:
            decided = db.scalar(select(func.count()).select_from(ReviewDecision))
            state = db.scalar(select(Listing.state).where(Listing.id == listing_id))
        assert (state, decided) == (("submitted", 0) if died else ("published", 1))
        assert list(broken(ctx)) == []
        if not died:
            break
        tried += 1
    assert tried >= 10


def _approve(cast: Cast, own: Context, listing_id: int) -> None:
    builders.approve(own.acting(cast.rui.actor), "listing", listing_id)


@pytest.mark.fault("F26")
def test_a_migration_killed_half_way_is_finished_by_the_next_one(ctx, tmp_path):
    tried, file = 0, tmp_path / "market.db"
    for kill_at in (*range(1, 12, 3), *range(12, 4_000, 31)):
        ctx.engine.dispose()
        for tail in ("", "-wal", "-shm"):
            (tmp_path / f"{file.name}{tail}").unlink(missing_ok=True)
        died = killed(ctx, kill_at, lambda own: migrate.upgrade(own.engine, assets.migrations()))
        migrate.upgrade(ctx.engine, assets.migrations())
        assert migrate.is_current(ctx.engine, assets.migrations())
        assert migrate.differences(ctx.engine, metadata) == []
        if not died:
            break
        tried += 1
    assert tried >= 8
