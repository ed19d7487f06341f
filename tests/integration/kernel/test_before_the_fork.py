"""The site is loaded once and then forked: what it may hold at that moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys

LOADED = """
import json, os, sys, threading
from marketplace.app import from_env
from marketplace.catalogue import engine
app = from_env()
context = app.extensions["market.context"]
print(json.dumps({
    "connections": context.engine.pool.checkedin() + context.engine.pool.checkedout(),
    "indexes": len(engine._readers) + len(engine._writers),
    "threads": threading.active_count(),
    "modules": sorted(sys.modules),
}))
"""
HEAVY = {"pypinyin", "typst", "openpyxl", "stripe", "python_calamine", "rapidfuzz", "PIL.Image"}


def test_the_loaded_site_holds_nothing_that_processes_must_not_share(tmp_path):
    env = {**os.environ, "MARKET_HOME": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", LOADED], env=env, capture_output=True, check=True)
    found = json.loads(run.stdout)
    assert (found["connections"], found["indexes"], found["threads"]) == (0, 0, 1)
    assert HEAVY.isdisjoint(found["modules"])
    assert "rjieba" in found["modules"], "the dictionary is loaded before the fork"
