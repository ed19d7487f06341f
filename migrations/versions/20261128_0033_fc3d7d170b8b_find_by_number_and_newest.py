"""Find listings by number and the newest of a source without reading all of them.

At 100,000 listings an import looked through every public one for each batch of numbers, and the
front page sorted all listings of the market's own to show the newest six.
"""

from alembic import op

revision = "fc3d7d170b8b"
down_revision = "a0eb052fe76c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_showcase_listing_number", "showcase_listing", ["number"])
    op.create_index("ix_showcase_listing_source_published_at_id", "showcase_listing", ["source", "published_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_showcase_listing_source_published_at_id", table_name="showcase_listing")
    op.drop_index("ix_showcase_listing_number", table_name="showcase_listing")
