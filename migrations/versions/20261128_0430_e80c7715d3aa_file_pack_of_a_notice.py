"""The file pack of a public notice: decision, rules and valuation of the seller."""

import sqlalchemy as sa
from alembic import op

revision = "e80c7715d3aa"
down_revision = "c2d90ab4e617"
branch_labels = None
depends_on = None

TABLE = "trade_publicity_file"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publicity_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('decision', 'rules', 'valuation')",
            name=op.f("ck_trade_publicity_file_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["publicity_id"],
            ["trade_publicity.id"],
            name=op.f("fk_trade_publicity_file_publicity_id_trade_publicity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_publicity_file")),
        sa.UniqueConstraint("key", name=op.f("uq_trade_publicity_file_key")),
    )
    op.create_index(op.f("ix_trade_publicity_file_publicity_id"), TABLE, ["publicity_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
