"""A web server under measurement: started as it is in service, watched from outside."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from marketplace.instance import make_context
from marketplace.kernel import assets, migrate
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.serving import Address, child_environment, web_command

TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 120


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@dataclass(frozen=True)
class Site:
    """A running server and the processes that belong to it."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return children(self.pid)

    def cpu(self) -> float:
        """CPU seconds burnt by all its processes so far, from the system's accounts."""
        return sum(_cpu(pid) for pid in (self.pid, *self.workers()))

    def get(self, path: str, *, client: http.client.HTTPConnection | None = None) -> bytes:
        """An anonymous GET without cookies; raises AssertionError unless it answers 200."""
        held = client or self.connect()
        try:
            held.request(
                "GET", quote(path, safe="/?&=%:+-_.~"), headers={"Accept-Encoding": "gzip"}
            )
            answer = held.getresponse()
            body = answer.read()
        finally:
            if client is None:
                held.close()
        assert answer.status == 200, f"{path}: {answer.status}"
        return body

    def get_text(self, path: str) -> str:
        """The page as text."""
        body = self.get(path)
        return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept alive."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def cost(self, paths: Sequence[str]) -> float:
        """CPU seconds that answering these pages takes."""
        client, before = self.connect(), self.cpu()
        for path in paths:
            self.get(path, client=client)
        client.close()
        return self.cpu() - before


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in listed]


def _cpu(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    fields = stat.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str], *, probe: str, folder: Path | None
) -> Iterator[Site]:
    """A server from its first answer to its end by TERM."""
    process = subprocess.Popen(command, env=dict(env), cwd=folder, stdout=subprocess.DEVNULL)
    site = Site(process.pid, port)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                site.get(probe)
                break
            except (OSError, http.client.HTTPException, AssertionError):
                assert process.poll() is None, f"{command[0]} ended while it started"
                assert time.monotonic() < deadline, f"{probe} does not answer 200"
                time.sleep(0.02)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def empty_market(**env: str) -> Iterator[Context]:
    """A migrated market in a folder of its own, without anything in it."""
    with tempfile.TemporaryDirectory(prefix="market-bench-") as home:
        settings = Settings.from_env({"MARKET_HOME": home, **env})
        ctx = make_context(settings)
        migrate.upgrade(ctx.engine, assets.migrations())
        yield ctx
        ctx.engine.dispose()


def environment(ctx: Context) -> dict[str, str]:
    """The environment that serves this market, without any other MARKET_… of the caller."""
    kept = {key: value for key, value in child_environment().items() if key[:7] != "MARKET_"}
    return {**kept, "MARKET_HOME": str(ctx.settings.home)}


@contextmanager
def served(ctx: Context, *, workers: int = 1) -> Iterator[Site]:
    """The market's web server as ``marketplace serve`` starts it."""
    port = free_port()
    env = environment(ctx) | {"MARKET_BASE_URL": f"http://127.0.0.1:{port}"}
    command = web_command(ctx.settings, Address("127.0.0.1", port, workers))
    with running(command, port, env, probe="/readyz", folder=None) as site:
        yield site
