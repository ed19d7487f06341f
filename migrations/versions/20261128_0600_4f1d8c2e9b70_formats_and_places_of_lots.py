"""Formats and places of lots: sealed bids, falling prices and halls beside English web lots."""

from alembic import op

revision = "4f1d8c2e9b70"
down_revision = "a93c5e7b1d24"
branch_labels = None
depends_on = None

TABLE = "trade_auction"
# With their checks, which SQLite can only add together with a column. Lots so far are English
# ones on the web; what is new has no default of its own.
COLUMNS = {
    "format": (
        "VARCHAR DEFAULT 'english' NOT NULL",
        {
            "format_known": "format IN ('english', 'sealed', 'dutch')",
            "floor_is_reserve": "format <> 'dutch' OR NOT has_reserve",
        },
    ),
    "place": (
        "VARCHAR DEFAULT 'web' NOT NULL",
        {
            "place_known": "place IN ('web', 'hall', 'both')",
            "hall_is_english": "place = 'web' OR format = 'english'",
        },
    ),
    "reserve_policy": (
        "VARCHAR DEFAULT 'jump' NOT NULL",
        {"reserve_policy_known": "reserve_policy IN ('jump', 'at_close')"},
    ),
    "format_terms": ("JSON DEFAULT '{}' NOT NULL", {}),
    "hard_end_at": (
        "TIMESTAMP",
        {
            "hard_end_after_end": "hard_end_at IS NULL OR "
            "(format = 'english' AND hard_end_at >= ends_at)"
        },
    ),
}


def upgrade() -> None:
    op.execute("ALTER TABLE auction_lot ADD COLUMN progress TEXT")
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (kind, checks) in COLUMNS.items():
        kind = kind.replace("TIMESTAMP", "DATETIME") if on_sqlite else kind
        rules = "".join(
            f" CONSTRAINT {op.f(f'ck_{TABLE}_{rule}')} CHECK ({text})"
            for rule, text in checks.items()
        )
        op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {name} {kind}{rules}")
        if "DEFAULT" in kind and not on_sqlite:
            op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN {name} DROP DEFAULT")


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {TABLE} DROP COLUMN {name}")
    op.execute("ALTER TABLE auction_lot DROP COLUMN progress")
