"""A real market on a free port, its worker beside it, and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.identity.acting import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
OFFICES = {"rui": "reviewer", "lin": "auctioneer", "tao": "treasurer", "adam": "administrator"}
READY_SECONDS = 300


@dataclass(frozen=True)
class Market:
    """Where it answers and where its folder is."""

    url: str
    home: Path

    @property
    def mails(self) -> Path:
        return self.home / "mail"


def _command(*words: str, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "marketplace.cli", *words]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def _free_port() -> int:
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


def run_market(home: Path, *before: tuple[str, ...]) -> Iterator[Market]:
    """`marketplace serve` in a home of its own, after some commands; ended by TERM."""
    port = _free_port()
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
        try:
            _wait(process, url)
            yield Market(url, home)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.fixture(scope="session")
def empty_market(tmp_path_factory) -> Iterator[Market]:
    """A market in which nobody but its staff has an account."""
    staff = [
        ("user", "create", f"{name}@demo.example", "--name", name.title(), "--role", office,
         "--password", PASSWORD)
        for name, office in OFFICES.items()
    ]  # fmt: skip
    yield from run_market(tmp_path_factory.mktemp("empty"), ("db", "upgrade"), *staff)


@pytest.fixture(scope="session")
def demo_market(tmp_path_factory) -> Iterator[Market]:
    """The demo market as visitors find it."""
    yield from run_market(tmp_path_factory.mktemp("demo"), ("db", "upgrade"), ("demo",))


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser; a test without one is skipped with the reason."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
