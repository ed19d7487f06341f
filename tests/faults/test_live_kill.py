"""The event-stream process as it runs: stopped or killed, its watchers resume and miss nothing."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from tests.bench.auction_live import Bidding, live, watchers
from tests.bench.auction_world import market

WATCHERS = 40


def until(holds, seconds: float = 30.0) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.05)


def whole(seqs: int) -> dict[str, int]:
    """Every watcher saw every event once, in order."""
    return {" ".join(map(str, range(1, seqs + 1))): WATCHERS}


@pytest.mark.slow
@pytest.mark.fault("F2")
def test_kill_9_of_its_worker_amid_bids_costs_the_watchers_nothing_but_a_new_line():
    with market("sqlite", bidders=2) as kept, live(kept) as site, watchers() as watching:
        lot = kept.lot()
        bidding = Bidding(kept, lot)
        opened = watching.say(f"open {site.port} /trade/auctions/{lot}/events {WATCHERS}")
        assert opened["statuses"] == {"200": WATCHERS}
        (killed,) = site.workers()
        told: dict[int, float] = {}
        busy = threading.Thread(target=lambda: told.update(bidding.bids(30, 0.03)))
        busy.start()
        time.sleep(0.4)
        os.kill(killed, signal.SIGKILL)
        busy.join()
        until(lambda: site.workers() and site.workers() != [killed])
        assert watching.say("again")["statuses"] == {"200": WATCHERS}
        watching.say(f"wait {max(told)}")
        assert watching.say("seen") == whole(31)


@pytest.mark.slow
@pytest.mark.fault("F28")
def test_a_stop_ends_the_streams_at_once_and_another_process_goes_on_with_them():
    with market("sqlite", bidders=2) as kept, watchers() as watching:
        lot = kept.lot()
        bidding = Bidding(kept, lot)
        with live(kept) as first:
            watching.say(f"open {first.port} /trade/auctions/{lot}/events {WATCHERS}")
            told = bidding.bids(5, 0.05)
            watching.say(f"wait {max(told)}")
            began = time.monotonic()
            os.kill(first.pid, signal.SIGTERM)
        assert time.monotonic() - began < 8  # it did not wait for its patience to end
        assert watching.say("open_now") == 0
        told = bidding.bids(5, 0.05)
        with live(kept) as second:
            watching.say(f"move {second.port}")
            assert watching.say("again")["statuses"] == {"200": WATCHERS}
            watching.say(f"wait {max(told)}")
        assert watching.say("seen") == whole(11)
