"""What the room of sessions does by the clock."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.jobs import Job
from marketplace.trade.sessions import commands, words  # noqa: F401 - texts

JOBS = (
    Job("sessions.pause_silent", timedelta(seconds=2), commands.pause_silent),
    Job("sessions.keep_web", timedelta(seconds=15), commands.keep_web),
)
