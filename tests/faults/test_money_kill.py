"""A process killed at any statement of match, release or refund leaves no half of it (F3)."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from marketplace import invariants
from marketplace.kernel.db import make_engine
from marketplace.kernel.errors import Conflict
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.ledger.models import Entry
from marketplace.treasury.payments import lines
from marketplace.treasury.payments.models import Instruction, Receipt
from tests.integration.trade.world import TradeWorld

ORDER, PRICE = 7, 300_000_00


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def world(ctx, clock):
    return TradeWorld(ctx, clock)


def called(world) -> tuple[str, int]:
    """An order's stage is called, and a transfer without its code has come: (code, line)."""
    bob = world.bob
    with world.ctx.transaction() as tx:
        wanted = escrow.Call(
            ORDER, "XD-7", 1, bob.organisation_id, bob.actor.organisation_name, PRICE, None
        )
        reference = escrow.call(tx, wanted)
    return reference, world.transfer(bob, "货款", PRICE)


def work_of(world, what: str, reference: str, line: int):
    """The work as a function of a context."""
    alice, bob = world.alice.actor, world.bob.actor

    def match(ctx) -> None:
        lines.match_line(ctx.acting(world.tao.actor), lines.MatchLine(line, reference))

    def release(ctx) -> None:
        with ctx.transaction() as tx:
            escrow.release(
                tx,
                escrow.Release(
                    ORDER, "XD-7", 1, alice.organisation_id, alice.organisation_name,
                    PRICE - 100, 100,
                ),
            )  # fmt: skip

    def refund(ctx) -> None:
        with ctx.transaction() as tx:
            escrow.refund(
                tx,
                escrow.Refund(
                    ORDER, "XD-7", bob.organisation_id, bob.organisation_name, PRICE, "解除"
                ),
            )

    return {"match": match, "release": release, "refund": refund}[what]


def killed_at(world, work, number: int) -> bool:
    """Do the work in a forked process that dies at that statement or commit; True if it died."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            _child(world, work, number)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _child(world, work, number: int) -> None:
    engine = make_engine(str(world.ctx.settings.database_url))
    left = number

    def count(*_args: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    work(replace(world.ctx, engine=engine))
    os._exit(0)


def counts(world) -> tuple[int, int, int]:
    with world.ctx.reading() as db:
        return tuple(
            db.scalar(select(func.count()).select_from(model)) or 0
            for model in (Entry, Receipt, Instruction)
        )


@pytest.mark.fault("F3")
@pytest.mark.slow
@pytest.mark.parametrize("what", ["match", "release", "refund"])
def test_a_process_killed_at_any_statement_moves_all_of_the_money_or_none(world, what):
    reference, line = called(world)
    if what != "match":
        lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    work, before = work_of(world, what, reference, line), counts(world)
    world.ctx.engine.dispose()
    number = 1
    while killed_at(world, work, number):
        assert counts(world) == before, f"half of it after a kill at statement {number}"
        assert list(invariants._money(world.ctx)) == []
        world.ctx.engine.dispose()  # a fork must not inherit an open connection
        number += 1
    assert number > 8
    after = counts(world)
    assert after[0] == before[0] + 1
    assert list(invariants._money(world.ctx)) == []
    if what == "match":  # whoever got no answer asks again
        with pytest.raises(Conflict):
            work(world.ctx)
    else:
        work(world.ctx)
    assert counts(world) == after
