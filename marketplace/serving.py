"""``marketplace serve``: the site and its worker as two children of one foreground process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from types import FrameType

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
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else str(settings.run_folder),  # noqa: S108, PTH112
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def child_environment() -> dict[str, str]:
    """The children's environment: a hundred threads must not each get a heap of their own."""
    return {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", **os.environ}


def _commands(settings: Settings, address: Address) -> list[list[str]]:
    return [web_command(settings, address), [sys.executable, "-m", "marketplace.cli", "worker"]]


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
