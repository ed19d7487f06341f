"""Vouchers hear nothing; being imported here they tell payments how they are paid and go back."""

from __future__ import annotations

from marketplace.kernel.jobs import Job
from marketplace.treasury.vouchers import steps

JOBS: tuple[Job, ...] = ()
PURPOSE = steps.PURPOSE
