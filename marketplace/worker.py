"""The background worker: deliveries, periodic sweeps and the search index, until told to stop."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import structlog

from marketplace import wiring
from marketplace.app import create_app
from marketplace.catalogue import indexing
from marketplace.instance import make_context
from marketplace.kernel import jobs, relay
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.trade.auctions.commands import close_due

IDLE_SECONDS = 0.25
log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Work in the foreground until TERM or INT; what was begun is finished first."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    ctx = make_context(settings)
    # Lots that ended while nobody was there do not wait until the site is put together.
    relay.attempt(lambda: close_due(ctx), doing="sweep", name="overdue")
    indexer = threading.Thread(target=_index, args=(ctx, stop), name="indexer")
    indexer.start()
    # Mails are rendered by the site's templates, so the worker holds the site too.
    app = create_app(settings, ctx=ctx)
    with app.test_request_context(base_url=settings.base_url):
        log.info("worker.started")
        _deliver(ctx, stop)
    indexer.join()
    log.info("worker.stopped")


def _deliver(ctx: Context, stop: threading.Event) -> None:
    handlers, sweeps = wiring.handlers(), wiring.jobs()
    while not stop.is_set():
        relay.attempt(lambda: jobs.run_due(ctx, sweeps), doing="sweep", name="jobs")
        busy, _ = relay.attempt(lambda: one_round(ctx, handlers), doing="sweep", name="relay")
        if not busy:
            stop.wait(IDLE_SECONDS)


def one_round(ctx: Context, handlers: relay.Handlers, *, most: int = 50) -> bool:
    """Deliver up to ``most`` due rows, then let the sweeps have their turn; True when any."""
    for count in range(most):
        if not relay.deliver_one(ctx, handlers, apart_from=indexing.CONSUMERS):
            return count > 0
    return True


def _index(ctx: Context, stop: threading.Event) -> None:
    while not stop.is_set():
        done, _ = relay.attempt(lambda: indexing.step(ctx), doing="index", name="search")
        if not done:
            stop.wait(IDLE_SECONDS)
