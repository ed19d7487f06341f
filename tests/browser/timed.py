"""A market that really answers on a port, with its worker, and with a clock that can be moved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace import wiring, worker
from marketplace.app import create_app
from marketplace.catalogue import indexing
from marketplace.instance import make_context
from marketplace.kernel import jobs, relay
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from tests.browser.running import Market, free_port
from tests.conftest import _fill

IDLE_SECONDS = 0.1


class MovableClock:
    """The present instant, so much later."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **delta: float) -> None:
        self.ahead += timedelta(**delta)

    def to(self, instant: datetime) -> None:
        """Move on to an instant; never back."""
        self.ahead = max(self.ahead, instant - datetime.now(UTC))


@dataclass(frozen=True)
class TimedMarket:
    """The market, its clock, and the Context with which a test prepares it."""

    market: Market
    clock: MovableClock
    ctx: Context


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def timed_market(home: Path, **more: str) -> Iterator[TimedMarket]:
    """Serve a new market from threads of this process: its clock is an object, no system time."""
    url = f"http://127.0.0.1:{free_port()}"
    names = {"MARKET_HOME": str(home), "MARKET_MODE": "demo", "MARKET_BASE_URL": url, **more}
    settings, clock = Settings.from_env(names), MovableClock()
    _fill(settings.database_url)
    (home / "serve.log").touch()
    ctx = make_context(settings, clock)
    app, stop = create_app(settings, clock, ctx), threading.Event()
    server = make_server("127.0.0.1", int(url.rpartition(":")[2]), app, threaded=True,
                         request_handler=_Quiet)  # fmt: skip
    threads = [
        threading.Thread(target=server.serve_forever, name="web"),
        threading.Thread(target=_work, args=(app, ctx, stop), name="worker"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield TimedMarket(Market(url, home), clock, ctx)
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        ctx.engine.dispose()


def _work(app: object, ctx: Context, stop: threading.Event) -> None:
    """What `marketplace serve`'s worker does, round by round."""
    handlers, sweeps = wiring.handlers(), wiring.jobs()
    with app.test_request_context(base_url=ctx.settings.base_url):  # type: ignore[attr-defined]
        while not stop.is_set():
            relay.attempt(lambda: jobs.run_due(ctx, sweeps), doing="sweep", name="jobs")
            busy, _ = relay.attempt(
                lambda: worker.one_round(ctx, handlers), doing="sweep", name="relay"
            )
            relay.attempt(lambda: indexing.step(ctx), doing="index", name="search")
            if not busy:
                stop.wait(IDLE_SECONDS)
