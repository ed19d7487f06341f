"""The catalogue is owed every change that search can see; the indexer reads these rows itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.catalogue import indexing
from marketplace.catalogue.sources import SOURCES
from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job


def _read_by_the_indexer(_ctx: Context, row_id: int, _payload: dict[str, Any]) -> None:
    raise RuntimeError(f"row {row_id} belongs to the indexer")


REACTIONS = {source.event: {indexing.CONSUMER: _read_by_the_indexer} for source in SOURCES.values()}
JOBS = (Job("catalogue.audit", timedelta(hours=24), indexing.audit, timedelta(minutes=30)),)
