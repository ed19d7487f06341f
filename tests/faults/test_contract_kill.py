"""A process killed at any statement of a signature leaves nothing half-done (F3)."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from marketplace.kernel.db import make_engine
from marketplace.kernel.errors import Conflict
from marketplace.trade.contracts import commands, sheets, verification
from marketplace.trade.contracts.models import ContractSignature
from tests.integration.trade.contract_world import DealWorld


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


def killed(world: DealWorld, command: commands.Sign, *, kill_at: int) -> bool:
    """Sign in a forked process that dies at its ``kill_at``-th statement or commit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            _sign(world, command, kill_at)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _sign(world: DealWorld, command: commands.Sign, kill_at: int) -> None:
    ctx = replace(world.ctx, engine=make_engine(world.ctx.settings.database_url))
    files = world.ctx.settings.home / "files"
    # the object store's own threads do not live on in a forked process
    sheets.stored = lambda _ctx, key: (files / key).read_bytes()
    left = [kill_at]

    def count(*_args: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(ctx.engine, "before_cursor_execute", count)
    event.listen(ctx.engine, "commit", count)
    commands.sign(ctx.acting(world.bob.actor), command)
    os._exit(0)


@pytest.mark.slow
@pytest.mark.fault("F3")
@pytest.mark.parametrize("second", [False, True], ids=["the first", "the sealing one"])
def test_a_signature_is_in_whole_or_not_at_all(ctx, clock, second):
    world = DealWorld(ctx, clock)
    contract_id = world.at_signing()
    if second:
        world.sign(contract_id, world.alice)
    command = commands.Sign(
        contract_id,
        world.version(contract_id),
        sha256=world.paper(contract_id).sha256 or "",
        name="Bob",
        has_read=True,
    )
    tried = 0
    while killed(world, command, kill_at=tried + 1):
        tried += 1
        assert standing(world, contract_id) == ("signing", "agreed", int(second))
    assert tried >= 20
    after = ("sealed", "contract_signed", 2) if second else ("signing", "agreed", 1)
    assert standing(world, contract_id) == after
    with pytest.raises(Conflict):
        commands.sign(world.bob.ctx, command)  # whoever got no answer does it again
    assert standing(world, contract_id) == after
    assert list(verification.broken(ctx)) == []


def standing(world: DealWorld, contract_id: int) -> tuple[str, str, int]:
    """The states of the contract and its order, and how many signed."""
    with world.ctx.reading() as db:
        signed = db.scalar(select(func.count()).select_from(ContractSignature)) or 0
    return world.row(contract_id).state, world.order(contract_id).state, signed
