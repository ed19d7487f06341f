"""A web server that is stopped under load: who was taken in is answered, the rest left no trace."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction
from tests.bench.auction_http import QUEUED, check, serving
from tests.bench.auction_load import Load, load
from tests.bench.auction_world import Market, market

BIDDERS = 8


def keys_in_log(kept: Market, lot: int) -> set[str]:
    with kept.stage.real.reading() as db:
        log = store(db).log(wire(db), db.get_one(Auction, lot).lot_id)
    return {entry.key for entry in log if entry.key}


def stopped_under_load(kept: Market, lot: int, number: signal.Signals) -> Load:
    """Bidders at two processes, which get a signal in the midst of it; what they were told."""
    found: list[Load] = []
    with serving(kept, QUEUED) as site:
        tokens = kept.tokens()
        bidding = threading.Thread(
            target=lambda: found.append(load([site.port], lot, tokens, seconds=5))
        )
        bidding.start()
        time.sleep(2)
        for pid in [site.pid] if number is signal.SIGTERM else [*site.workers(), site.pid]:
            os.kill(pid, number)
        bidding.join()
    return found[0]


@pytest.mark.slow
@pytest.mark.fault("F28")
def test_a_stop_drains_the_queue_every_bid_that_was_taken_in_is_answered():
    with market("sqlite", bidders=BIDDERS) as kept:
        lot = kept.lot()
        run = stopped_under_load(kept, lot, signal.SIGTERM)
        assert len(run.told) > BIDDERS
        assert set(run.statuses) == {200}
        check(kept, lot, run)
        assert keys_in_log(kept, lot) == {key for _number, key in run.told}


@pytest.mark.slow
@pytest.mark.fault("F2")
def test_kill_9_of_all_processes_loses_no_answered_bid_and_doubles_no_other():
    with market("sqlite", bidders=BIDDERS) as kept:
        lot = kept.lot()
        run = stopped_under_load(kept, lot, signal.SIGKILL)
        assert run.told
        check(kept, lot, run)
        unanswered = keys_in_log(kept, lot) - {key for _number, key in run.told}
        assert len(unanswered) <= BIDDERS  # one under way each, in whole or not at all
