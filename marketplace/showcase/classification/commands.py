"""Load an edition of the scheme in place of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert

from marketplace.kernel.context import Context
from marketplace.showcase.classification.models import IpcSymbol

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A symbol with its titles; one of the two titles may be empty."""

    symbol: str
    level: str
    title_zh: str = ""
    title_en: str = ""


def load_scheme(ctx: Context, entries: Mapping[str, Entry]) -> None:
    """Replace the whole scheme in one transaction; the same again leaves the same."""
    rows = [asdict(entry) for entry in entries.values()]
    with ctx.transaction() as tx:
        tx.db.execute(delete(IpcSymbol))
        for start in range(0, len(rows), CHUNK):
            tx.db.execute(insert(IpcSymbol), rows[start : start + CHUNK])
        tx.audit("ipc.loaded", "ipc", "scheme", symbols=len(rows))
