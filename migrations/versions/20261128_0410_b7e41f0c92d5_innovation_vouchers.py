"""Innovation vouchers: what an issuer owes for a buyer of an order."""

import sqlalchemy as sa
from alembic import op

revision = "b7e41f0c92d5"
down_revision = "d0a1c3e5f7b9"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('claimed', 'confirmed', 'settled')")


STATES = "state IN ('claimed', 'confirmed', 'settled', 'returned', 'refused', 'withdrawn')"


def upgrade() -> None:
    op.create_table(
        "treasury_voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("usable_for", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column("repaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.String(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("call_reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("claim_reference", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_treasury_voucher_state_known")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_treasury_voucher_amount_positive")),
        sa.CheckConstraint(
            "returned_minor >= 0 AND repaid_minor >= 0"
            " AND returned_minor + repaid_minor <= amount_minor",
            name=op.f("ck_treasury_voucher_back_within"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> claimed_by", name=op.f("ck_treasury_voucher_confirmer_is_not_claimer")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'settled', 'returned')) = (confirmed_at IS NOT NULL)",
            name=op.f("ck_treasury_voucher_confirmed_has_time"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_voucher")),
    )
    op.create_index(op.f("ix_treasury_voucher_order_id"), "treasury_voucher", ["order_id"])
    op.create_index("ix_treasury_voucher_state_id", "treasury_voucher", ["state", "id"])
    op.create_index(
        "uq_treasury_voucher_live",
        "treasury_voucher",
        ["issuer", "number"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    op.drop_table("treasury_voucher")
