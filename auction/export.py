"""The exported log: what anybody may download and check with ``verifier.py``.

JSON Lines in canonical JSON (sorted names, no blanks, ASCII), each line ended by a line feed.

1. the cover: ``{"entries": n, "export": "auction-log/1", "head": h_n, "lot": id}``
2. one line per entry, in order: ``{"hash": h, "public": {…}, "seq": n}``, and once the lot is
   closed also ``"opening": {"salt": …, "secret": {…}}`` wherever ``public`` has a commitment.

``public`` always has ``seq``, ``at_ms`` and ``kind``; the rest goes by kind:

- ``scheduled``: lot, terms (``reserve`` only says whether there is one); secret: the reserve
- ``bid``: a bid that moved the board: bidder, channel, rank, leader, price, next, view
- ``noted``: a command that moved nothing: bidder, channel, rank; nothing if the operator's
- ``extended`` ends_ms · ``reserve_met`` · ``closed`` outcome, leader, price · ``cancelled`` reason
- ``voided``: bidder, reason, reserve_met, rank, leader, price, next, view; secret: leader_max
- ``outage_extended``: down_from_ms, down_to_ms, ends_ms, hard_end_ms
- in a hall: ``warned`` count, view · ``paused`` reason · ``resumed`` · ``undone`` as ``voided``
- ``committed``: bidder, seal · ``revealed``: bidder · ``reveal_began``: ends_ms
- ``opened``: lines (bidder, seal, verdict, amount, nonce), maximum, reserve_met, ends_ms, stage,
  leader, price, next, view
- ``taken``: bidder, ends_ms, stage, leader, price, next, view
- ``topped``: bidder, leader, price, next, view

The secret of what a bidder sent is the whole command and its ``answer``: ``accepted`` or the
reason of the refusal. A cancelled lot is not opened: it may be offered again. How a ``seal`` is
made stands in ``envelopes``; a bid that was never revealed is in no export, for nobody knows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from auction import chain
from auction.events import Closed
from auction.log import Entry
from auction.state import GENESIS

FORMAT = "auction-log/1"


def export(lot: int, entries: Sequence[Entry]) -> str:
    """The whole log of ``lot`` as text; secrets are in it only when the lot is closed."""
    return "".join(f"{line}\n" for line in _lines(lot, entries))


def _lines(lot: int, entries: Sequence[Entry]) -> Iterator[str]:
    head = entries[-1].hash if entries else GENESIS
    cover = {"export": FORMAT, "lot": lot, "entries": len(entries), "head": head}
    yield chain.canonical(cover)
    opened = _is_closed(entries)
    for entry in entries:
        yield chain.canonical(_line(entry, opened=opened))


def _line(entry: Entry, *, opened: bool) -> dict[str, Any]:
    line = {"seq": entry.seq, "public": json.loads(entry.public), "hash": entry.hash}
    if opened and entry.secret is not None:
        line["opening"] = {"salt": entry.salt, "secret": json.loads(entry.secret)}
    return line


def _is_closed(entries: Iterable[Entry]) -> bool:
    return any(entry.kind == Closed.kind for entry in entries)
