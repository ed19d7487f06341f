"""All who watch one lot through one process, and where each of them is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from marketplace.trade.auctions import live
from marketplace.trade.auctions.live import HEARTBEAT_SECONDS, Tail

MOST_AT_ONCE = 100
"""Messages in one write: so much, beside the line's own buffer, is kept for a slow watcher."""
MOST_BEHIND = 256
"""Who has not taken his last part while so many came after it is dropped."""
STUCK_SECONDS = 15.0
"""Who has not taken his last part for so long is dropped."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One stream: his last message, and since when a write to him waits."""

    crowd: Crowd
    seq: int
    task: asyncio.Task[None] | None
    beat: int = 0
    waits_since: float | None = None


@dataclass(eq=False, slots=True)
class Crowd:
    """The watchers of one lot, what they are told, and what wakes them."""

    auction_id: int
    tail: Tail
    watchers: set[Watcher] = field(default_factory=set)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    told_seq: int = 0
    status: str = ""
    beat: bytes = b""
    beats: int = 0
    beat_at: float = float("-inf")
    closing_at: float = float("-inf")

    def tell(self, tail: Tail, beat: dict[str, object]) -> None:
        """Wake everybody if there is something new, or if it is time for a heartbeat."""
        now, status = time.monotonic(), str(beat["status"])
        is_news = tail is not self.tail or tail.frame.seq != self.told_seq
        self.tail, self.told_seq = tail, tail.frame.seq
        if status != self.status or now - self.beat_at >= HEARTBEAT_SECONDS:
            self.beats, self.beat = self.beats + 1, live.beat_event(beat)
            self.status, self.beat_at, is_news = status, now, True
        if is_news:
            self.wake()

    def wake(self) -> None:
        """Let everybody who waits look; who comes later looks anyway."""
        self.moved.set()
        self.moved.clear()

    def next_for(self, watcher: Watcher) -> bytes:
        """What he has not been sent yet, in order; his place moves behind it. Empty: nothing."""
        messages = self.tail.after(watcher.seq, most=MOST_AT_ONCE)
        parts = [message.event for message in messages]
        if messages:
            watcher.seq = messages[-1].seq
        if watcher.beat != self.beats:
            watcher.beat = self.beats
            parts.append(self.beat)
        return b"".join(parts)

    def stuck(self, now: float) -> list[Watcher]:
        """Those who do not take what is sent to them."""
        return [
            one
            for one in self.watchers
            if one.waits_since is not None
            and (
                now - one.waits_since > STUCK_SECONDS
                or len(self.tail.after(one.seq, most=MOST_BEHIND)) == MOST_BEHIND
            )
        ]

    def may_try_closing(self, pause: float) -> bool:
        """Whether the last attempt to close the lot is ``pause`` seconds ago."""
        now = time.monotonic()
        if now - self.closing_at < pause:
            return False
        self.closing_at = now
        return True
