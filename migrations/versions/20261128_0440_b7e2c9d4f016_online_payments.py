"""Online payments: attempts, the provider's events, refunds under way, payouts to the bank."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.guards import statements

revision = "b7e2c9d4f016"
down_revision = "e80c7715d3aa"
branch_labels = None
depends_on = None

BEFORE = "state IN ('open', 'matched', 'returned', 'fee', 'ignored')"
AFTER = "state IN ('open', 'matched', 'returned', 'fee', 'ignored', 'moved')"
MOVED = "state <> 'moved' OR direction = 'in'"
TABLE = "treasury_statement_line"


def _line_states() -> None:
    """``moved`` is a new state; SQLite is told as its manual says (ALTER TABLE, part 7)."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(f"ck_{TABLE}_state_known", TABLE)
        op.create_check_constraint("state_known", TABLE, AFTER)
        op.create_check_constraint("only_income_is_moved", TABLE, MOVED)
        return
    more = f"), CONSTRAINT ck_{TABLE}_only_income_is_moved CHECK ({MOVED})"
    _rewrite(f"{BEFORE})", AFTER + more)


def _rewrite(before: str, after: str) -> None:
    bind = op.get_bind()
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    change = "UPDATE sqlite_master SET sql=replace(sql, :before, :after) WHERE name=:name"
    bind.execute(sa.text(change), {"before": before, "after": after, "name": TABLE})
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def upgrade() -> None:
    _line_states()
    op.add_column("treasury_intent", sa.Column("needed_until", sa.DateTime(), nullable=True))
    op.create_table(
        "treasury_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("may_hold", sa.Boolean(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("object_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("capture_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('begun', 'open', 'authorised', 'paid', 'void', 'expired', 'failed')",
            name=op.f("ck_treasury_attempt_state_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_treasury_attempt_amount_positive")),
        sa.CheckConstraint("received_minor >= 0", name=op.f("ck_treasury_attempt_received_positive")),
        sa.CheckConstraint(
            "(state IN ('authorised', 'paid', 'void')) = (received_minor > 0)",
            name=op.f("ck_treasury_attempt_received_when_it_came"),
        ),
        sa.CheckConstraint(
            "state <> 'open' OR session_id IS NOT NULL",
            name=op.f("ck_treasury_attempt_open_has_session"),
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"],
            ["treasury_intent.id"],
            name=op.f("fk_treasury_attempt_intent_id_treasury_intent"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_attempt")),
        sa.UniqueConstraint("intent_id", "number", name=op.f("uq_treasury_attempt_intent_id_number")),
        sa.UniqueConstraint("key", name=op.f("uq_treasury_attempt_key")),
        sa.UniqueConstraint("object_id", name=op.f("uq_treasury_attempt_object_id")),
        sa.UniqueConstraint("session_id", name=op.f("uq_treasury_attempt_session_id")),
    )
    running = sa.text("state IN ('begun', 'open', 'authorised')")
    op.create_index(
        "uq_treasury_attempt_running",
        "treasury_attempt",
        ["intent_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index(
        "ix_treasury_attempt_state_checked", "treasury_attempt", ["state", "checked_at", "id"]
    )
    op.create_table(
        "treasury_provider_event",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["treasury_attempt.id"],
            name=op.f("fk_treasury_provider_event_attempt_id_treasury_attempt"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_treasury_provider_event")),
    )
    op.create_index(
        op.f("ix_treasury_provider_event_attempt_id"), "treasury_provider_event", ["attempt_id"]
    )
    op.create_table(
        "treasury_carrying",
        sa.Column("instruction_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("refund_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'failed')", name=op.f("ck_treasury_carrying_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"],
            ["treasury_instruction.id"],
            name=op.f("fk_treasury_carrying_instruction_id_treasury_instruction"),
        ),
        sa.PrimaryKeyConstraint("instruction_id", name=op.f("pk_treasury_carrying")),
    )
    for statement in statements("treasury_provider_event", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("treasury_carrying")
    op.drop_table("treasury_provider_event")
    op.drop_index("uq_treasury_attempt_running", table_name="treasury_attempt")
    op.drop_table("treasury_attempt")
    op.drop_column("treasury_intent", "needed_until")
    if op.get_bind().dialect.name != "sqlite":  # a wider check does no harm there
        op.drop_constraint(f"ck_{TABLE}_only_income_is_moved", TABLE)
        op.drop_constraint(f"ck_{TABLE}_state_known", TABLE)
        op.create_check_constraint("state_known", TABLE, BEFORE)
