"""``marketplace serve`` starts the event-stream process when a setting says where."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import closing

from tests.bench.site import free_port
from tests.browser.running import _wait


def test_serve_runs_the_event_streams_beside_the_site_and_ends_them_with_it(tmp_path):
    web, streams = free_port(), free_port()
    env = {
        **os.environ,
        "MARKET_HOME": str(tmp_path),
        "MARKET_MODE": "demo",
        "MARKET_LIVE_PORT": str(streams),
        "MARKET_BASE_URL": f"http://127.0.0.1:{web}",
    }
    serve = [sys.executable, "-m", "marketplace.cli", "serve", "--workers", "1"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*serve, "--port", str(web)], env=env, stdout=log, stderr=log)
    try:
        _wait(process, f"http://127.0.0.1:{web}")
        _wait(process, f"http://127.0.0.1:{streams}")
        with closing(urllib.request.urlopen(f"http://127.0.0.1:{streams}/healthz")) as answer:
            assert answer.read() == b"ok"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
