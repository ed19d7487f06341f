"""The two tables of the bid path; the site declares the same in its own way.

``auction_lot`` is the cache: one row per lot, always equal to the fold of its log.
``auction_log`` is the truth: append-only, by trigger too. Types are logical: ``dialect`` spells
them; identifiers, keys and unique constraints are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auction.store.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``null`` tells whether it may be empty."""

    name: str
    type: str
    meaning: str
    null: bool = False


LOT_COLUMNS = (
    Column("id", "bigint", "primary key: the site's auction id"),
    Column("format", "text", "english, …: which rules apply"),
    Column("terms", "text", "JSON of all terms, the secret reserve included: never published"),
    Column("opens_ms", "bigint", "first instant of bidding, ms since the epoch, UTC"),
    Column("status", "text", "scheduled, closed, cancelled; open follows from the clock"),
    Column("ends_ms", "bigint", "the end as it stands now: the only deadline there is"),
    Column("hard_end_ms", "bigint", "cap of all extensions, moved by outages only", null=True),
    Column("seq", "bigint", "number of the last entry of the log"),
    Column("head", "text", "hash of the last entry of the log"),
    Column("view", "bigint", "count of visible changes, leader or price"),
    Column("leader", "text", "paddle of the leading bidder", null=True),
    Column("leader_max", "bigint", "the leader's maximum: secret until closed", null=True),
    Column("leader_rank", "bigint", "the leader's rank of first refusal", null=True),
    Column("price", "bigint", "visible price in minor units; empty without a leader", null=True),
    Column("reserve_met", "boolean", "whether the leader's maximum reached the reserve"),
    Column("outcome", "text", "sold, no_bids, reserve_not_met once closed", null=True),
    Column("closed_ms", "bigint", "when it was closed", null=True),
    Column("progress", "text", "JSON: stage, pause, warnings, taker of some lots", null=True),
)

LOG_COLUMNS = (
    Column("lot_id", "bigint", "primary key, first part; references auction_lot"),
    Column("seq", "bigint", "primary key, second part; 1..n without a gap"),
    Column("at_ms", "bigint", "the instant the event counts from (a bid's arrival)"),
    Column("kind", "text", "scheduled, accepted, refused, extended, …: inward, never published"),
    Column("bidder", "text", "paddle of the bid's sender", null=True),
    Column("idem_key", "text", "the client's key, on the first entry of its answer", null=True),
    Column("payload_hash", "text", "SHA-256 of what was sent with the key", null=True),
    Column("public", "text", "canonical JSON for everybody"),
    Column("secret", "text", "canonical JSON, opened after the closing", null=True),
    Column("salt", "text", "key of the commitment to the secret", null=True),
    Column("hash", "text", "SHA-256 of the hash before and the public text"),
)

LOT_CHECKS = {
    "ck_auction_lot_status": "status IN ('scheduled', 'closed', 'cancelled')",
    "ck_auction_lot_outcome": "(status = 'closed') = (outcome IS NOT NULL)",
    "ck_auction_lot_leader": "(leader IS NULL) = (price IS NULL)",
    "ck_auction_lot_maximum": "(leader IS NULL) = (leader_max IS NULL)",
    "ck_auction_lot_price": "price > 0",
    "ck_auction_lot_ends": "ends_ms > opens_ms AND (hard_end_ms IS NULL OR ends_ms <= hard_end_ms)",
}

LOG_UNIQUE = ("lot_id", "bidder", "idem_key")
LOT_INDEX = ("status", "ends_ms")


def tables(dialect: Dialect) -> Iterator[str]:
    """The statements that make both tables, their constraints and the index for sweeps."""
    checks = [f"CONSTRAINT {name} CHECK ({rule})" for name, rule in LOT_CHECKS.items()]
    yield _table("auction_lot", LOT_COLUMNS, ["PRIMARY KEY (id)", *checks], dialect)
    keys = [
        "PRIMARY KEY (lot_id, seq)",
        f"CONSTRAINT uq_auction_log_intent UNIQUE ({', '.join(LOG_UNIQUE)})",
        "FOREIGN KEY (lot_id) REFERENCES auction_lot (id)",
    ]
    yield _table("auction_log", LOG_COLUMNS, keys, dialect)
    yield f"CREATE INDEX ix_auction_lot_due ON auction_lot ({', '.join(LOT_INDEX)})"


def _table(name: str, columns: tuple[Column, ...], rules: list[str], dialect: Dialect) -> str:
    lines = [f"{c.name} {dialect.types[c.type]}{'' if c.null else ' NOT NULL'}" for c in columns]
    return f"CREATE TABLE {name} (\n  {', '.join([*lines, *rules])}\n)"


def append_only(dialect: Dialect) -> Iterator[str]:
    """The triggers that refuse to change or delete what is in the log."""
    if dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER auction_log_no_{deed.lower()} BEFORE {deed} ON auction_log "
                "BEGIN SELECT RAISE(ABORT, 'auction_log is append-only'); END"
            )
        return
    yield (
        "CREATE FUNCTION auction_log_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'auction_log is append-only'; END $$"
    )
    yield (
        "CREATE TRIGGER auction_log_append_only BEFORE UPDATE OR DELETE ON auction_log "
        "FOR EACH ROW EXECUTE FUNCTION auction_log_append_only()"
    )
