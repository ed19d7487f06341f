"""The event-stream application under test, asked as its server asks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from marketplace.live import Live

PATIENCE_SECONDS = 20.0
Told = TypeVar("Told")


class Reader:
    """A client of the application; what it was sent is kept. One who is ``stuck`` takes nothing."""

    def __init__(self, app: Live, path: str, *, method: str = "GET", **headers: str) -> None:
        path, _, query = path.partition("?")
        named = {"host": "localhost"} | {k.replace("_", "-"): v for k, v in headers.items()}
        self._scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        }
        self._app = app
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []
        self.is_complete = False
        self.takes = asyncio.Event()
        self.takes.set()
        self.task: asyncio.Task[None] | None = None

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            return
        await self.takes.wait()
        self.parts.append(message["body"])
        self.is_complete = not message["more_body"]

    async def whole(self) -> Reader:
        """The answer that comes at once."""
        await self._app(self._scope, _nothing, self._send)
        return self

    def begin(self) -> Reader:
        """A stream that goes on beside the test."""
        self.task = asyncio.create_task(self._app(self._scope, _nothing, self._send))
        return self

    async def cut(self) -> None:
        """The line is lost: the server cancels the request."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def text(self) -> str:
        return b"".join(self.parts).decode()

    @property
    def events(self) -> list[dict[str, str]]:
        """The events of the stream, in order."""
        blocks = [
            dict(line.split(": ", 1) for line in block.splitlines())
            for block in self.text.split("\n\n")
        ]
        return [block for block in blocks if "event" in block]

    @property
    def seqs(self) -> list[int]:
        """The numbers of the states it was told, in order."""
        return [int(one["id"]) for one in self.events if "id" in one]

    @property
    def states(self) -> list[dict[str, Any]]:
        """The states without the instant they were read at."""
        found = [json.loads(one["data"]) for one in self.events if one["event"] == "state"]
        return [{name: one[name] for name in one if name != "server_ms"} for one in found]

    @property
    def beats(self) -> list[dict[str, Any]]:
        return [json.loads(one["data"]) for one in self.events if one["event"] == "heartbeat"]

    async def until(self, holds: Callable[[Reader], object]) -> None:
        """Wait for it; the test fails when it does not come."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds(self):
                await asyncio.sleep(0.01)


async def _nothing() -> dict[str, str]:
    return {"type": "http.request"}


@asynccontextmanager
async def running(ctx) -> AsyncIterator[Live]:
    """The application between the start and the end of its process."""
    app, said = Live(ctx), asyncio.Queue()
    ends = asyncio.Event()

    async def receive() -> dict[str, str]:
        if said.empty():
            return {"type": "lifespan.startup"}
        await ends.wait()
        return {"type": "lifespan.shutdown"}

    process = asyncio.create_task(app({"type": "lifespan"}, receive, said.put))
    while said.empty():
        await asyncio.sleep(0)
    try:
        yield app
    finally:
        ends.set()
        await process


def play(story: Coroutine[Any, Any, Told]) -> Told:
    """What the story returns; in a thread of its own, for browser tests leave a loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()
