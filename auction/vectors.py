"""Run a file of worked examples: python -m auction.vectors FILE

FILE holds ``{"examples": [{name, terms, eligible, steps: [{command, at_ms, expect?}]}]}``.
Prints one line per failed step, one JSON line per step without ``expect``, and a total. Exit status
0 if every step is as expected, 1 if one is not, 2 if the file is not such a file. Reserve policy
``jump`` and a granularity of 1 ms unless the terms say otherwise; deposits and confirmations of
abnormal prices are not asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from auction import envelopes
from auction.book import Book
from auction.commands import (
    Channel,
    Close,
    Command,
    Commit,
    PlaceBid,
    Reveal,
    Take,
    Top,
    VoidBidder,
)
from auction.errors import AuctionError
from auction.state import Terms

Facts = Mapping[str, Any]
LOT = 0
"""The number of the lot in every example: part of what a seal hides."""

DEFAULTS: Facts = {
    "reserve_policy": "jump",
    "end_granularity_ms": 1,
    "abnormal_multiple": None,
    "reserve": None,
}
MALFORMED = (AttributeError, KeyError, OSError, TypeError, ValueError, AuctionError)


def _bid(facts: Facts, channel: Channel, eligible: Sequence[str]) -> PlaceBid:
    bidder = facts["bidder"]
    return PlaceBid(
        bidder,
        facts["max"],
        key=facts.get("key"),
        channel=channel,
        seen_view=facts.get("seen_view"),
        confirmed=True,
        ineligible=_bar(bidder, eligible),
    )


def _commit(facts: Facts, eligible: Sequence[str]) -> Commit:
    """A seal is given as what it hides, so that an example can be read."""
    bidder = facts["bidder"]
    seal = envelopes.seal(LOT, bidder, facts["amount"], facts["nonce"])
    return Commit(bidder, seal, facts.get("key"), _bar(bidder, eligible))


def _take(facts: Facts, eligible: Sequence[str]) -> Take:
    bidder = facts["bidder"]
    return Take(bidder, facts.get("limit"), facts.get("key"), _bar(bidder, eligible))


def _top(facts: Facts, eligible: Sequence[str]) -> Top:
    bidder = facts["bidder"]
    return Top(bidder, facts["amount"], facts.get("key"), _bar(bidder, eligible))


def _reveal(facts: Facts, _eligible: Sequence[str]) -> Reveal:
    return Reveal(facts["bidder"], facts["amount"], facts["nonce"], facts.get("key"))


def _bar(bidder: str, eligible: Sequence[str]) -> str | None:
    return None if bidder in eligible else "not_listed"


READERS: Mapping[str, Callable[[Facts, Sequence[str]], Command]] = {
    "bid": lambda facts, eligible: _bid(facts, Channel.ONLINE, eligible),
    "floor": lambda facts, eligible: _bid(facts, Channel.FLOOR, eligible),
    "retract": lambda facts, _: VoidBidder(facts["bidder"], facts.get("reason", "")),
    "commit": _commit,
    "reveal": _reveal,
    "take": _take,
    "top": _top,
    "close": lambda _facts, _: Close(),
}


def replay(example: Facts) -> Iterator[dict[str, Any]]:
    """What the engine makes of each step of ``example``, in the words of ``expect``."""
    book = Book(LOT, Terms.from_facts({**DEFAULTS, **example["terms"]}))
    for step in example["steps"]:
        command = READERS[step["command"]["kind"]](step["command"], example["eligible"])
        outcome = book.execute(command, step["at_ms"])
        yield {
            "leader": book.state.leader,
            "price": book.state.price,
            "outcome": list(outcome.names),
            "ends_ms": book.state.ends_ms,
            "replayed": outcome.replayed,
        }


class Tally:
    """Compares steps with what was expected, printing as it goes."""

    def __init__(self) -> None:
        self.checked = self.failed = self.shown = 0

    def run(self, example: Facts) -> None:
        """Replay one example and compare every step that says what it expects."""
        name = example["name"]
        for number, (step, found) in enumerate(
            zip(example["steps"], replay(example), strict=True), start=1
        ):
            if "expect" in step:
                self._compare(f"{name}, step {number}", step["expect"], found)
            else:
                self.shown += 1
                line = {"example": name, "step": number, **found}
                print(json.dumps(line, ensure_ascii=False))

    def _compare(self, where: str, expect: Facts, found: Facts) -> None:
        self.checked += 1
        wrong = [
            f"{field} expected {value!r}, found {found.get(field)!r}"
            for field, value in expect.items()
            if found.get(field) != value
        ]
        if wrong:
            self.failed += 1
            print(f"FAILED {where}: {'; '.join(wrong)}")


def main(arguments: Sequence[str]) -> int:
    """Run the file named by the one argument; the exit status."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    tally = Tally()
    try:
        examples = json.loads(Path(arguments[0]).read_text("utf-8"))["examples"]
        for example in examples:
            tally.run(example)
    except MALFORMED as error:
        print(f"not a vectors file: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    passed = tally.checked - tally.failed
    shown = f", {tally.shown} shown" if tally.shown else ""
    print(f"{len(examples)} examples: {passed} of {tally.checked} steps as expected{shown}")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
