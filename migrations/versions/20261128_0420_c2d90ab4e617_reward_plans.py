"""Reward plans of the completers: every saved version stays."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.guards import statements

revision = "c2d90ab4e617"
down_revision = "b7e41f0c92d5"
branch_labels = None
depends_on = None

TABLE = "trade_reward_plan"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("costs_minor", sa.BigInteger(), nullable=False),
        sa.Column("public_minor", sa.BigInteger(), nullable=False),
        sa.Column("taxes_minor", sa.BigInteger(), nullable=False),
        sa.Column("reward_minor", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "rule IN ('zhejiang', 'national')", name=op.f("ck_trade_reward_plan_rule_known")
        ),
        sa.CheckConstraint(
            "price_minor >= 0 AND costs_minor >= 0 AND public_minor >= 0 AND taxes_minor >= 0"
            " AND reward_minor >= 0 AND public_minor <= costs_minor",
            name=op.f("ck_trade_reward_plan_amounts_possible"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_reward_plan")),
        sa.UniqueConstraint(
            "order_id", "version", name=op.f("uq_trade_reward_plan_order_id_version")
        ),
    )
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
