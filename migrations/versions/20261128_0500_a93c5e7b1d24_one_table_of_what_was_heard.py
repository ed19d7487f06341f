"""One table of the outbox rows that were acted on, for every room: the auctions' rows move there."""

import sqlalchemy as sa
from alembic import op

revision = "a93c5e7b1d24"
down_revision = "b7e2c9d4f016"
branch_labels = None
depends_on = None


def _table(name: str) -> None:
    op.create_table(
        name,
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    _table("kernel_heard")
    op.execute("INSERT INTO kernel_heard (row_id, at) SELECT row_id, at FROM trade_auction_heard")
    op.drop_table("trade_auction_heard")


def downgrade() -> None:
    _table("trade_auction_heard")
    op.execute("INSERT INTO trade_auction_heard (row_id, at) SELECT row_id, at FROM kernel_heard")
    op.drop_table("kernel_heard")
