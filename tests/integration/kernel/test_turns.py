"""Writers of one SQLite file take turns: a process that writes all the time keeps nobody waiting."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
import warnings
from contextlib import contextmanager, nullcontext

import pytest
from sqlalchemy import text

from marketplace.kernel.db import make_engine
from marketplace.kernel.turns import Turns


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: PostgreSQL has a queue of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@contextmanager
def greedy_process(url: str):
    """Another process that takes the lock again as soon as it has given it up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(60)
            writer = make_engine(url).execution_options(write=True)
            while True:
                with writer.begin() as connection:
                    connection.execute(text("CREATE TABLE IF NOT EXISTS greedy (n INTEGER)"))
                    connection.execute(text("INSERT INTO greedy VALUES (1)"))
                    time.sleep(0.02)
        finally:
            os._exit(1)
    try:
        time.sleep(0.5)
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def waits(url: str, count: int) -> list[float]:
    engine = make_engine(url)
    writer, found = engine.execution_options(write=True), []
    for _ in range(count):
        began = time.monotonic()
        with writer.begin():
            found.append(time.monotonic() - began)
    engine.dispose()
    return found


@pytest.mark.slow
@pytest.mark.fault("F8")
def test_beside_a_greedy_process_a_writer_waits_for_one_turn(database_url, monkeypatch):
    with greedy_process(database_url):
        fair = waits(database_url, 20)
    monkeypatch.setattr(Turns, "next", lambda self, until: nullcontext())
    with greedy_process(database_url):
        alone = waits(database_url, 5)
    assert sorted(fair)[10] < 0.3
    assert sum(fair) / 20 < sum(alone) / 5  # the control: without turns it is a matter of luck


@pytest.mark.fault("F8")
def test_a_process_that_stops_while_it_is_next_holds_nobody_for_ever(tmp_path):
    first, second = Turns(tmp_path / "turn"), Turns(tmp_path / "turn")
    with first.next(until=time.monotonic() + 5):
        began = time.monotonic()
        with second.next(until=began + 0.2):
            assert 0.2 <= time.monotonic() - began < 2
    with second.next(until=time.monotonic()):
        pass


def test_of_two_only_one_is_next(tmp_path):
    first, second = Turns(tmp_path / "turn"), Turns(tmp_path / "turn")
    order: list[str] = []

    def wait() -> None:
        with second.next(until=time.monotonic() + 5):
            order.append("second")

    thread = threading.Thread(target=wait)
    with first.next(until=time.monotonic() + 5):
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
