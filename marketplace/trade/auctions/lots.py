"""The engine's tables as the site's metadata, and the engine's store inside a transaction.

The columns and constraints are those of ``auction.store.schema``, read from there, so that the
migrations make what the engine's hand-written SQL expects.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from auction.store import Store, schema
from auction.store.dialect import Clock, Connection
from marketplace.kernel.clock import to_ms, utc_now
from marketplace.kernel.context import Tx
from marketplace.kernel.db import Base
from marketplace.kernel.guards import append_only

STANDING = ("accepted", "committed", "revealed", "taken", "topped")
"""The kinds of entries that are a bidder's own doing and stand: who has one has bid."""

TYPES: dict[str, TypeEngine[Any]] = {
    "bigint": BigInteger().with_variant(Integer, "sqlite"),
    "text": Text(),
    "boolean": Boolean(create_constraint=False),
}


def _columns(columns: tuple[schema.Column, ...], *keys: str) -> list[Column[Any]]:
    return [
        Column(
            column.name,
            TYPES[column.type],
            nullable=column.null,
            primary_key=column.name in keys,
            autoincrement=False,
        )
        for column in columns
    ]


auction_lot = Table(
    "auction_lot",
    Base.metadata,
    *_columns(schema.LOT_COLUMNS, "id"),
    *(
        CheckConstraint(rule, name=name.removeprefix("ck_auction_lot_"))
        for name, rule in schema.LOT_CHECKS.items()
    ),
    Index("ix_auction_lot_due", *schema.LOT_INDEX),
)
auction_log = Table(
    "auction_log",
    Base.metadata,
    *_columns(schema.LOG_COLUMNS, "lot_id", "seq"),
    UniqueConstraint(*schema.LOG_UNIQUE, name="uq_auction_log_intent"),
    ForeignKeyConstraint(["lot_id"], ["auction_lot.id"]),
)
append_only(auction_log)


@cache
def store_of(dialect: str) -> Store:
    """The engine's store for a database, by SQLAlchemy's name of it."""
    return Store(dialect)


def store(db: Session) -> Store:
    """The engine's store for this session's database."""
    return store_of(db.get_bind().dialect.name)


def wire(db: Session) -> Connection:
    """The driver's connection of the session's transaction: what the store works on."""
    connection: Connection = db.connection().connection.driver_connection  # type: ignore[assignment]
    return connection


def clock_of(tx: Tx) -> Clock:
    """The clock of a lot, read after its lock: the database's, or the one a test injected."""
    injected = tx.ctx.clock is not utc_now
    if injected or tx.db.get_bind().dialect.name == "sqlite":
        return lambda _connection: to_ms(tx.ctx.clock())
    return store(tx.db).clock
