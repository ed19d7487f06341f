"""A market served on a free port with its worker beside it, as `marketplace serve` does it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

READY_SECONDS = 300


@dataclass(frozen=True)
class Market:
    """Where it answers and where its folder is."""

    url: str
    home: Path

    @property
    def mails(self) -> Path:
        return self.home / "mail"

    @property
    def last_words(self) -> str:
        """The end of what the market and its worker wrote, and how many mails there are."""
        mails = len(list(self.mails.glob("*.eml")))
        return f"{(self.home / 'serve.log').read_text()[-4000:]}\n{mails} mails in the folder"


def _command(*words: str, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "marketplace.cli", *words]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the market ended while it started"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the market does not answer within {READY_SECONDS} s")


class Markets:
    """Whatever was started; all of it is ended at once, for each waits for its open streams."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def end(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            assert process.wait(60) == 0, "a market did not end cleanly"


def run_market(markets: Markets, home: Path, *before: tuple[str, ...]) -> Market:
    """`marketplace serve` in a home of its own, after some commands."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "MARKET_HOME": str(home),
        "MARKET_MODE": "demo",
        "MARKET_BASE_URL": url,
        "PYTHONWARNINGS": "default",
    }
    for words in before:
        _command(*words, env=env)
    serve = [sys.executable, "-m", "marketplace.cli", "serve", "--port", str(port)]
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [*serve, "--workers", "1"], env=env, stdout=log, stderr=subprocess.STDOUT
        )
    markets.running.append(process)
    _wait(process, url)
    return Market(url, home)
