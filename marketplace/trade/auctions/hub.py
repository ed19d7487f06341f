"""Thousands of watchers in one asyncio process: each lot is read once, and told to all (A4).

A watcher has no queue of his own. He knows the number of his last message, and what he has not
had yet is in the lot's tail, encoded once for all. Who does not take what is sent is dropped: he
comes back and resumes by that number.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import structlog

from marketplace.kernel import listening, relay
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Unavailable
from marketplace.trade.auctions import commands, live
from marketplace.trade.auctions.crowd import Crowd, Watcher
from marketplace.trade.auctions.live import MOST_TAILS, RETRY, Tail, Tails

LOOK_SECONDS = 0.25
"""How often the database is asked what moved, though it did not tell: for what it failed to."""
REST_SECONDS = 0.01
"""The least time between two looks: what is told meanwhile is seen by one."""
FAILED_SECONDS = 1.0
CLOSE_SECONDS = 0.5
SWEEP_SECONDS = 1.0
AGAIN_MS = (500, 3_000)
"""When those come back whose stream a stopping process ends: not all at once."""
LOT = "auction_lot"

Write = Callable[[bytes], Awaitable[None]]
Value = TypeVar("Value")
log = structlog.get_logger(__name__)


class Hub:
    """The crowds of this process, and what keeps them told. Lives in one event loop."""

    def __init__(self, ctx: Context, *, places: int) -> None:
        self._ctx, self._places = ctx, places
        self._tails = Tails()
        self._crowds: dict[int, Crowd] = {}
        self._knock = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._reader, self._door, self._closer = (
            ThreadPoolExecutor(count, name)
            for count, name in ((1, "reader"), (2, "door"), (1, "closer"))
        )
        self.looked_at = time.monotonic()
        self.present = self.dropped = self._asking = 0
        self.is_stopping = False

    @property
    def lots(self) -> int:
        """How many lots are watched."""
        return len(self._crowds)

    def start(self) -> None:
        """Begin to look and to listen; called inside the loop."""
        works = (
            self._look_on(),
            self._sweep_on(),
            listening.listen(self._ctx.engine, LOT, self._knock.set),
        )
        self._tasks = [asyncio.create_task(work) for work in works]

    def stop(self) -> None:
        """End every stream after what it still has to tell; nobody new is let in."""
        self.is_stopping = True
        for crowd in self._crowds.values():
            crowd.wake()

    async def close(self) -> None:
        """Leave nothing behind in this process; a closing under way is finished."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pool in (self._door, self._reader, self._closer):
            pool.shutdown(cancel_futures=True)
        self._ctx.engine.dispose()

    async def enter(self, auction_id: int, *, seq: int) -> Watcher:
        """A place in the lot's crowd, which must be given back by ``leave``.

        Raises NotFound, and Unavailable when all places are taken: the page polls then.
        """
        if self.is_stopping or self.present + self._asking >= self._places:
            raise Unavailable("auctions.streams_full", retry_after_seconds=30)
        self._asking += 1
        try:
            crowd = await self._crowd(auction_id)
        finally:
            self._asking -= 1
        self.present += 1
        watcher = Watcher(crowd, seq, asyncio.current_task())
        crowd.watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Give the place back; the last one to leave ends the watch of the lot."""
        crowd = watcher.crowd
        crowd.watchers.discard(watcher)
        self.present -= 1
        if not crowd.watchers:
            self._crowds.pop(crowd.auction_id, None)

    async def serve(self, watcher: Watcher, write: Write) -> None:
        """Write the stream of one watcher until the process stops or the task is cancelled."""
        crowd, part = watcher.crowd, RETRY + watcher.crowd.next_for(watcher)
        while True:
            if part:
                watcher.waits_since = time.monotonic()
                await write(part)
                watcher.waits_since = None
            elif self.is_stopping:
                await write(b"retry: %d\n\n" % random.randint(*AGAIN_MS))  # noqa: S311 - no secret
                return
            else:
                await crowd.moved.wait()
            part = crowd.next_for(watcher)

    async def poll(self, auction_id: int, *, seq: int) -> dict[str, object]:
        """The same messages for who polls; raises NotFound."""
        return await self._in(
            self._door, lambda: live.poll(self._ctx, self._tails, auction_id=auction_id, seq=seq)
        )

    async def _crowd(self, auction_id: int) -> Crowd:
        crowd = self._crowds.get(auction_id)
        if crowd is not None:
            return crowd
        tail = await self._in(self._door, lambda: self._tails.of(self._ctx, auction_id))
        if auction_id not in self._crowds:
            if len(self._crowds) >= MOST_TAILS:
                raise Unavailable("auctions.streams_full", retry_after_seconds=30)
            self._crowds[auction_id] = Crowd(auction_id, tail)
            self._tell(self._crowds[auction_id], tail)
        return self._crowds[auction_id]

    async def _look_on(self) -> None:
        """Rest as long as the telling took: under a flood many messages go out in one write."""
        while True:
            with suppress(TimeoutError):  # wait_for of Python 3.11 may swallow a cancellation
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._knock.wait()
            self._knock.clear()
            if not await self._look():
                await asyncio.sleep(FAILED_SECONDS)
            began = time.monotonic()
            await asyncio.sleep(0)  # the watchers who were woken come first
            await asyncio.sleep(max(REST_SECONDS, time.monotonic() - began))

    async def _look(self) -> bool:
        """Read on what moved and tell it; False when the database could not be asked."""
        watched = list(self._crowds)
        if watched:
            tails, failure = await self._in(
                self._reader,
                lambda: relay.attempt(
                    lambda: self._tails.now(self._ctx, watched), doing="look", name="live"
                ),
            )
            if failure is not None or tails is None:
                return False
            for auction_id, tail in tails.items():
                if auction_id in self._crowds:
                    self._tell(self._crowds[auction_id], tail)
        self.looked_at = time.monotonic()
        return True

    def _tell(self, crowd: Crowd, tail: Tail) -> None:
        beat = live.heartbeat(self._ctx, tail)
        crowd.tell(tail, beat)
        if beat["status"] == "closing" and crowd.may_try_closing(CLOSE_SECONDS):
            self._closer.submit(self._close, crowd.auction_id)

    def _close(self, auction_id: int) -> None:
        """A watched lot is closed at its time by its watchers too."""
        relay.attempt(
            lambda: commands.close_if_due(self._ctx, auction_id), doing="close", name="live"
        )

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            for crowd in self._crowds.values():
                for watcher in crowd.stuck(now):
                    self._drop(watcher)

    def _drop(self, watcher: Watcher) -> None:
        watcher.waits_since = None
        self.dropped += 1
        log.info("live.dropped", auction=watcher.crowd.auction_id)
        if watcher.task is not None:
            watcher.task.cancel()

    @staticmethod
    async def _in(pool: ThreadPoolExecutor, work: Callable[[], Value]) -> Value:
        return await asyncio.get_running_loop().run_in_executor(pool, work)
