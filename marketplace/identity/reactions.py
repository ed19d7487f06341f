"""What identity does by itself: verifications that fall due, counters that are out of date."""

from __future__ import annotations

from datetime import timedelta

from marketplace.identity.organisations.standing import sweep_due
from marketplace.identity.signin.throttle import forget_old
from marketplace.kernel.jobs import Job

JOBS = (
    Job("identity.verifications_due", timedelta(hours=1), sweep_due),
    Job("identity.forget_attempts", timedelta(hours=6), forget_old),
)
