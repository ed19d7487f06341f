"""Keep an organisation"s own row numbers apart from foreign sources.

A seller"s uploaded rows carried a source, so they looked like unchecked foreign records for ever:
no contact, no auction. Their key now stands beside their organisation.
"""

import sqlalchemy as sa
from alembic import op

revision = "a0eb052fe76c"
down_revision = "4127ee7729aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange_demand", sa.Column("own_key", sa.String(), nullable=True))
    op.create_index("uq_exchange_demand_own_key", "exchange_demand", ["organisation_id", "own_key"], unique=True)
    op.add_column("showcase_listing", sa.Column("own_key", sa.String(), nullable=True))
    op.create_index("uq_showcase_listing_own_key", "showcase_listing", ["organisation_id", "own_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_showcase_listing_own_key", table_name="showcase_listing")
    op.drop_column("showcase_listing", "own_key")
    op.drop_index("uq_exchange_demand_own_key", table_name="exchange_demand")
    op.drop_column("exchange_demand", "own_key")
