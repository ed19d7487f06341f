"""``marketplace live``: the auctions' event streams for thousands of watchers, without the site.

One asyncio process under gunicorn's ``asgi`` worker. It serves the URLs of the site's live feed,
so a proxy may send these to it and all others to the site; it reads the database and writes
nothing to it but the closing of a lot whose time has come.
"""

from __future__ import annotations

import gc
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from werkzeug.sansio.utils import host_is_trusted

from marketplace.instance import make_context
from marketplace.kernel import logs
from marketplace.kernel.context import Context
from marketplace.kernel.errors import MarketError, NotFound, Unavailable
from marketplace.kernel.settings import Settings
from marketplace.trade.auctions.hub import Hub
from marketplace.trade.auctions.live import last_seen

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Pairs = tuple[tuple[bytes, bytes], ...]
FEED = re.compile(r"/trade/auctions/([0-9]{1,15})/events(\.json)?")
STALE_SECONDS = 5.0
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
STATUS: Mapping[type[MarketError], int] = {NotFound: 404, Unavailable: 503}


class Live:
    """The ASGI application; gunicorn's worker calls ``stop`` when it is told to end."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._hosts = list(ctx.settings.hosts)
        self.hub: Hub

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the start and the end of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # bids travel by POST, watching by streams
        elif scope["type"] == "http":
            try:
                await self._answer(scope, send)
            except MarketError as error:
                await _refuse(send, error)

    def stop(self) -> None:
        """End every stream in good order; who is cut off resumes elsewhere."""
        self.hub.stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub = Hub(self._ctx, places=self._ctx.settings.live_watchers)
        self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.hub.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, send: Send) -> None:
        headers = dict(scope["headers"])
        path, found = scope["path"], FEED.fullmatch(scope["path"])
        if path == "/healthz":
            await _text(send, 200, "ok")
        elif path == "/readyz":
            await self._ready(send)
        elif not host_is_trusted(headers.get(b"host", b"").decode("latin-1"), self._hosts):
            await _text(send, 400, "unknown host")
        elif scope["method"] != "GET":
            await _text(send, 405, "method not allowed", Allow="GET")
        elif found is None:
            raise NotFound
        elif found[2]:
            await _json(send, 200, await self.hub.poll(int(found[1]), seq=_last_seen(scope)))
        else:
            await self._stream(int(found[1]), _last_seen(scope), send)

    async def _ready(self, send: Send) -> None:
        """200 while the log is read; whom it serves is told to the operator only by number."""
        hub = self.hub
        is_ready = not hub.is_stopping and time.monotonic() - hub.looked_at < STALE_SECONDS
        told = {"watchers": hub.present, "lots": hub.lots, "dropped": hub.dropped}
        await _json(send, 200 if is_ready else 503, {"reading": is_ready, **told})

    async def _stream(self, auction_id: int, seq: int, send: Send) -> None:
        watcher = await self.hub.enter(auction_id, seq=seq)
        try:
            await _start(send, 200, STREAM)
            await self.hub.serve(
                watcher,
                lambda part: send({"type": "http.response.body", "body": part, "more_body": True}),
            )
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.hub.leave(watcher)


def from_env() -> Live:
    """The application as gunicorn starts it, ready to be forked."""
    settings = Settings.from_env()
    logs.install(json_lines=settings.is_production)
    app = Live(make_context(settings))
    gc.collect()
    gc.freeze()
    return app


def _last_seen(scope: Message) -> int:
    typed = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])
    return last_seen(typed or asked[0])


async def _refuse(send: Send, error: MarketError) -> None:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    retry = error.facts.get("retry_after_seconds")
    extra = {"Retry-After": str(retry)} if retry is not None else {}
    await _text(send, status, error.code, **extra)


async def _text(send: Send, status: int, text: str, **headers: str) -> None:
    await _whole(send, status, text.encode(), {"Content-Type": "text/plain", **headers})


async def _json(send: Send, status: int, value: object) -> None:
    await _whole(send, status, json.dumps(value).encode(), {"Content-Type": "application/json"})


async def _whole(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    length = {"Content-Length": str(len(body))}
    await _start(send, status, _pairs({**HEADERS, **headers, **length}))
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _start(send: Send, status: int, pairs: Pairs) -> None:
    await send({"type": "http.response.start", "status": status, "headers": pairs})


def _pairs(headers: Mapping[str, str]) -> Pairs:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


STREAM = _pairs(
    {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
)
"""Made once: every watcher's request keeps its headers."""
