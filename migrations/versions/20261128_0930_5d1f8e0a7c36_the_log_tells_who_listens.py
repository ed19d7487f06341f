"""PostgreSQL tells who listens that a lot moved: the event-stream process need not wait to look."""

from alembic import op

from marketplace.kernel.listening import statements

revision = "5d1f8e0a7c36"
down_revision = "f4b17e92c6a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements("auction_lot", "id"):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER auction_lot_told ON auction_lot")
        op.execute("DROP FUNCTION auction_lot_told()")
