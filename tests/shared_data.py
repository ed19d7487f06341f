"""Where the real data lies, if this machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(relative: str) -> Path:
    """The shared file ``relative``; skips the test with a reason where it is absent.

    MARKET_SHARED names the folder; without it the folder ``shared`` beside the checkout counts.
    """
    base = Path(os.environ.get("MARKET_SHARED", ROOT.parent / "shared"))
    path = base / relative
    if not path.exists():
        pytest.skip(f"the shared file {relative} is not on this machine (set MARKET_SHARED)")
    return path
