"""The live feed of one process: the log is read once for all who watch a lot (A4).

Each message is encoded once; a watcher who was away gets exactly what came after his last one.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.queries.feed import Frame, Lot, frames_after, lot_of

STREAM_SECONDS = 120.0
"""A stream ends after this; the browser comes back and resumes."""
HEARTBEAT_SECONDS = 5.0
PAUSE_SECONDS = 0.15
"""How long a watcher sleeps, and how old the tail of a lot may be."""
MOST_TAILS = 500


@dataclass
class Tail:
    """A lot's public log as messages, and where it stands now."""

    lot: Lot
    frame: Frame = field(default_factory=Frame)
    messages: list[tuple[int, str]] = field(default_factory=list)
    read_at: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def after(self, seq: int) -> list[tuple[int, str]]:
        """The messages a watcher has not seen; all of them when he saw another log."""
        if seq > self.frame.seq:
            seq = 0
        return [message for message in self.messages if message[0] > seq]


class Tails:
    """The tails of the lots that somebody watches through this process."""

    def __init__(self) -> None:
        self._tails: dict[int, Tail] = {}
        self._guard = threading.Lock()

    def of(self, ctx: Context, auction_id: int) -> Tail:
        """The lot's tail, not older than ``PAUSE_SECONDS``; raises NotFound."""
        with self._guard:
            tail = self._tails.get(auction_id)
        if tail is not None and time.monotonic() - tail.read_at < PAUSE_SECONDS:
            return tail
        with ctx.reading() as db:
            lot = lot_of(db, auction_id)
        tail = self._known(auction_id, lot)
        with tail.guard:
            self._read(ctx, tail, lot)
        return tail

    def _known(self, auction_id: int, lot: Lot) -> Tail:
        with self._guard:
            tail = self._tails.get(auction_id)
            if tail is None or tail.lot.lot_id != lot.lot_id:  # a correction begins a new log
                if len(self._tails) >= MOST_TAILS:
                    self._tails.pop(next(iter(self._tails)))
                tail = self._tails[auction_id] = Tail(lot)
            return tail

    @staticmethod
    def _read(ctx: Context, tail: Tail, lot: Lot) -> None:
        if lot.seq > tail.frame.seq:
            with ctx.reading() as db:
                frames = frames_after(db, lot.lot_id, frame=tail.frame)
            now_ms = to_ms(ctx.clock())
            for frame in frames:
                if frame.visible:
                    text = json.dumps(frame.facts(now_ms, lot.state))
                    tail.messages.append((frame.seq, text))
            tail.frame = frames[-1] if frames else tail.frame
        tail.lot, tail.read_at = lot, time.monotonic()


def heartbeat(ctx: Context, tail: Tail) -> dict[str, object]:
    """Server time, the end as it stands, and the state: what every beat tells."""
    now_ms = to_ms(ctx.clock())
    return {
        "server_ms": now_ms,
        "ends_at_ms": tail.lot.ends_ms,
        "status": tail.frame.status(now_ms, tail.lot.state),
        "seq": tail.frame.seq,
    }


def stream(ctx: Context, tails: Tails, *, auction_id: int, seq: int) -> Iterator[str]:
    """Server-sent events after ``seq``; ends after ``STREAM_SECONDS``, the client resumes.

    A watched lot is closed at its time by its watchers too.
    """
    began, beat_at, status = time.monotonic(), 0.0, ""
    yield "retry: 1000\n\n"
    while (now := time.monotonic()) - began < STREAM_SECONDS:
        tail = tails.of(ctx, auction_id)
        for number, text in tail.after(seq):
            yield f"id: {number}\nevent: state\ndata: {text}\n\n"
            seq = number
        beat = heartbeat(ctx, tail)
        if now - beat_at >= HEARTBEAT_SECONDS or beat["status"] != status:
            yield f"event: heartbeat\ndata: {json.dumps(beat)}\n\n"
            beat_at, status = now, str(beat["status"])
        if status == "closing":
            commands.close_if_due(ctx, auction_id)
        time.sleep(PAUSE_SECONDS)


class Places:
    """How many streams this process keeps open at once (settings.live_streams)."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> bool:
        """Take a place; False when all are taken and the page must poll."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Free a place."""
        self._free.release()
