"""The live feed of one process: the log is read once for all who watch a lot (A4).

Each message is encoded once; a watcher who was away gets exactly what came after his last one.
"""

from __future__ import annotations

import json
import threading
import time
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.queries.feed import Frame, Lot, frames_after, lots_of

STREAM_SECONDS = 120.0
"""A stream ends after this; the browser comes back and resumes."""
HEARTBEAT_SECONDS = 5.0
PAUSE_SECONDS = 0.15
"""How long a watcher sleeps, and how old the tail of a lot may be."""
MOST_TAILS = 500
RETRY = b"retry: 1000\n\n"
"""What a stream begins with: come back a second after the line was cut."""


class Message(NamedTuple):
    """What a watcher is told after entry ``seq``: as JSON, and as the event of a stream."""

    seq: int
    text: str
    event: bytes

    @staticmethod
    def of(seq: int, facts: dict[str, object]) -> Message:
        """Encoded once, for all who watch."""
        text = json.dumps(facts)
        return Message(seq, text, f"id: {seq}\nevent: state\ndata: {text}\n\n".encode())


@dataclass
class Tail:
    """A lot's public log as messages, and where it stands now."""

    lot: Lot
    frame: Frame = field(default_factory=Frame)
    messages: list[Message] = field(default_factory=list)
    read_at: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def after(self, seq: int, *, most: int | None = None) -> list[Message]:
        """The (first ``most``) messages a watcher has not seen; all when he saw another log."""
        if seq > self.frame.seq:
            seq = 0
        first = bisect_right(self.messages, seq, key=attrgetter("seq"))
        return self.messages[first : None if most is None else first + most]


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
        found = self.now(ctx, [auction_id])
        if not found:
            raise NotFound
        return found[auction_id]

    def now(self, ctx: Context, auction_ids: Collection[int]) -> dict[int, Tail]:
        """The tails of these lots as they stand; one question tells which of them moved."""
        with ctx.reading() as db:
            lots = lots_of(db, auction_ids)
        tails = {auction_id: self._known(auction_id, lot) for auction_id, lot in lots.items()}
        for auction_id, tail in tails.items():
            with tail.guard:
                self._read(ctx, tail, lots[auction_id])
        return tails

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
            tail.frame = frames[-1] if frames else tail.frame
            tail.messages.extend(  # after the frame: nobody may have seen more than it knows
                Message.of(frame.seq, frame.facts(now_ms, lot.state))
                for frame in frames
                if frame.visible
            )
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


def beat_event(beat: dict[str, object]) -> bytes:
    """A heartbeat as the event of a stream. It has no number: nobody resumes after it."""
    return f"event: heartbeat\ndata: {json.dumps(beat)}\n\n".encode()


def last_seen(typed: str) -> int:
    """The last event a watcher has; anything but a number counts as none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def poll(ctx: Context, tails: Tails, *, auction_id: int, seq: int) -> dict[str, object]:
    """A heartbeat and the messages after ``seq``; raises NotFound. Closes the lot when due."""
    tail = tails.of(ctx, auction_id)
    beat = heartbeat(ctx, tail)
    if beat["status"] == "closing" and commands.close_if_due(ctx, auction_id):
        tail.read_at = 0.0
        tail = tails.of(ctx, auction_id)
        beat = heartbeat(ctx, tail)
    return beat | {"events": [json.loads(message.text) for message in tail.after(seq)]}


def stream(ctx: Context, tails: Tails, *, auction_id: int, seq: int) -> Iterator[bytes]:
    """Server-sent events after ``seq``; ends after ``STREAM_SECONDS``, the client resumes.

    A watched lot is closed at its time by its watchers too.
    """
    began, beat_at, status = time.monotonic(), 0.0, ""
    yield RETRY
    while (now := time.monotonic()) - began < STREAM_SECONDS:
        tail = tails.of(ctx, auction_id)
        for message in tail.after(seq):
            yield message.event
            seq = message.seq
        beat = heartbeat(ctx, tail)
        if now - beat_at >= HEARTBEAT_SECONDS or beat["status"] != status:
            yield beat_event(beat)
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
