"""What is kept beside a lot: daily heads, reminders, views, calendar keys, the data room."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.guards import statements

revision = "f4b17e92c6a3"
down_revision = "d853864b3f97"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "trade_auction_heads_day",
    "trade_auction_day_head",
    "trade_auction_promise",
    "trade_auction_reading",
)


def upgrade() -> None:
    op.create_table(
        "trade_auction_calendar_key",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_trade_auction_calendar_key")),
        sa.UniqueConstraint("sha256", name=op.f("uq_trade_auction_calendar_key_sha256")),
    )
    op.create_table(
        "trade_auction_heads_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("lots >= 0", name=op.f("ck_trade_auction_heads_day_lots_counted")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_trade_auction_heads_day")),
        sa.UniqueConstraint("sha256", name=op.f("uq_trade_auction_heads_day_sha256")),
    )
    op.create_table(
        "trade_auction_day_head",
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_trade_auction_day_head_seq_counts")),
        sa.ForeignKeyConstraint(
            ["day"],
            ["trade_auction_heads_day.day"],
            name=op.f("fk_trade_auction_day_head_day_trade_auction_heads_day"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["auction_lot.id"],
            name=op.f("fk_trade_auction_day_head_lot_id_auction_lot"),
        ),
        sa.PrimaryKeyConstraint("lot_id", "day", name=op.f("pk_trade_auction_day_head")),
    )
    op.create_index(
        op.f("ix_trade_auction_day_head_day"), "trade_auction_day_head", ["day"], unique=False
    )
    op.create_table(
        "trade_auction_reminder",
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('day', 'hour', 'ending')", name=op.f("ck_trade_auction_reminder_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["auction_lot.id"],
            name=op.f("fk_trade_auction_reminder_lot_id_auction_lot"),
        ),
        sa.PrimaryKeyConstraint(
            "lot_id", "user_id", "kind", name=op.f("pk_trade_auction_reminder")
        ),
    )
    op.create_table(
        "trade_auction_views",
        sa.Column("auction_id", sa.Integer(), nullable=False),
        sa.Column("hour_at", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_trade_auction_views_count")),
        sa.ForeignKeyConstraint(
            ["auction_id"],
            ["trade_auction.id"],
            name=op.f("fk_trade_auction_views_auction_id_trade_auction"),
        ),
        sa.PrimaryKeyConstraint("auction_id", "hour_at", name=op.f("pk_trade_auction_views")),
    )
    op.create_table(
        "trade_auction_promise",
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("promised_at", sa.DateTime(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"],
            ["trade_auction_signup.id"],
            name=op.f("fk_trade_auction_promise_signup_id_trade_auction_signup"),
        ),
        sa.PrimaryKeyConstraint("signup_id", "user_id", name=op.f("pk_trade_auction_promise")),
    )
    op.create_table(
        "trade_auction_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("auction_id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["auction_id"],
            ["trade_auction.id"],
            name=op.f("fk_trade_auction_reading_auction_id_trade_auction"),
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"],
            ["trade_auction_signup.id"],
            name=op.f("fk_trade_auction_reading_signup_id_trade_auction_signup"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_auction_reading")),
    )
    op.create_index(
        "ix_trade_auction_reading_auction_id_id",
        "trade_auction_reading",
        ["auction_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_trade_auction_reading_signup_id"),
        "trade_auction_reading",
        ["signup_id"],
        unique=False,
    )
    for table in APPEND_ONLY:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("trade_auction_reading")
    op.drop_table("trade_auction_promise")
    op.drop_table("trade_auction_views")
    op.drop_table("trade_auction_reminder")
    op.drop_table("trade_auction_day_head")
    op.drop_table("trade_auction_heads_day")
    op.drop_table("trade_auction_calendar_key")
