"""``marketplace serve``: the site, its worker and its event streams as children of one process."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from marketplace.kernel.settings import Settings

READY_SECONDS = 180
GRACE_SECONDS = 25


@dataclass(frozen=True, slots=True)
class Address:
    """Where the site listens."""

    host: str
    port: int
    workers: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def serve(settings: Settings, address: Address) -> int:
    """Run until TERM or INT, or until a child ends; returns the exit status."""
    stopping: list[int] = []

    def _stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    env = child_environment()
    commands = _commands(settings, address)
    children = [subprocess.Popen(command, env=env) for command in commands]  # noqa: S603
    try:
        if not _wait_until_ready(address, children, stopping):
            return 0 if stopping else 1
        print(f"{settings.name_en} answers at {address.url}", flush=True)
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 0 if stopping else 1
    finally:
        _end(children)


def web_command(settings: Settings, address: Address) -> list[str]:
    """The web server's command line.

    The site is loaded once, before the processes fork, so that they share its memory; what must
    not be shared (connections, the open index) is opened at first use.
    """
    return [
        sys.executable, "-m", "gunicorn", "marketplace.app:from_env()",
        "--bind", address.url.removeprefix("http://"),
        "--workers", str(address.workers),
        "--preload",
        "--worker-class", "gthread",
        "--threads", str(settings.threads),
        "--timeout", "60",
        "--graceful-timeout", "20",
        "--keep-alive", "15",
        "--worker-tmp-dir", _memory(settings),
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def live_command(settings: Settings, address: Address) -> list[str]:
    """The command line of the event-stream process; its worker says why it is one of our own."""
    return [
        sys.executable, "-m", "gunicorn", "marketplace.live:from_env()",
        "--bind", address.url.removeprefix("http://"),
        "--workers", str(address.workers),
        "--preload",
        "--worker-class", "marketplace.live_worker.LiveWorker",
        "--asgi-disconnect-grace-period", "0",
        "--backlog", "4096",
        "--timeout", "60",
        "--graceful-timeout", "10",
        "--worker-tmp-dir", _memory(settings),
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def become(command: list[str]) -> NoReturn:
    """Go on as this program; every watcher is an open file, so as many as allowed may be open."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.execve(command[0], command, child_environment())  # noqa: S606 - our own command line


def _memory(settings: Settings) -> str:
    return "/dev/shm" if os.path.isdir("/dev/shm") else str(settings.run_folder)  # noqa: S108, PTH112


def child_environment() -> dict[str, str]:
    """The children's environment: a hundred threads must not each get a heap of their own."""
    return {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", **os.environ}


def _commands(settings: Settings, address: Address) -> list[list[str]]:
    ours = [sys.executable, "-m", "marketplace.cli"]
    commands = [web_command(settings, address), [*ours, "worker"]]
    if settings.live_port:
        commands.append([*ours, "live", "--host", address.host])
    return commands


def _wait_until_ready(
    address: Address, children: list[subprocess.Popen[bytes]], stopping: list[int]
) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stopping:
        if any(child.poll() is not None for child in children):
            return False
        try:
            request = f"{address.url}/readyz"
            with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 - own address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    return False


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
