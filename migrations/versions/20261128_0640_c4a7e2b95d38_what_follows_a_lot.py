"""What follows a lot: fallen sales, next rounds, defaults, talks, annulments; a floor of offers."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.guards import statements

revision = "c4a7e2b95d38"
down_revision = "4f1d8c2e9b70"
branch_labels = None
depends_on = None

BEFORE = "origin IN ('offer', 'auction')"
AFTER = "origin IN ('offer', 'auction', 'second_bidder')"
APPEND_ONLY = ("trade_auction_fallen", "trade_auction_round", "trade_aftermath_history")
FELL_BEFORE = """
INSERT INTO trade_auction_fallen (auction_id, why, at)
SELECT origin_id,
    CASE state WHEN 'defaulted' THEN 'default' WHEN 'refunded' THEN 'refund' ELSE 'cancel' END,
    ended_at
FROM trade_order
WHERE origin = 'auction' AND state IN ('defaulted', 'refunded', 'cancelled')
"""


def _origins(before: str, after: str) -> None:
    """One more origin of an order; SQLite is told as its manual says (ALTER TABLE, part 7)."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint("ck_trade_order_origin_known", "trade_order")
        op.create_check_constraint("origin_known", "trade_order", after)
        return
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    change = "UPDATE sqlite_master SET sql=replace(sql, :before, :after) WHERE name='trade_order'"
    bind.execute(sa.text(change), {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def upgrade() -> None:
    _origins(BEFORE, AFTER)
    op.add_column("trade_offer", sa.Column("floor_minor", sa.BigInteger(), nullable=True))
    op.create_table('trade_aftermath_annulment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('auction_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f('ck_trade_aftermath_annulment_decided_has_time')),
    sa.CheckConstraint("reason IN ('described_falsely', 'system_fault', 'collusion', 'unqualified_buyer', 'unequal_terms')", name=op.f('ck_trade_aftermath_annulment_reason_known')),
    sa.CheckConstraint("state <> 'done' OR decided_by <> proposed_by", name=op.f('ck_trade_aftermath_annulment_two_persons')),
    sa.CheckConstraint("state IN ('waiting', 'done', 'dropped')", name=op.f('ck_trade_aftermath_annulment_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_aftermath_annulment'))
    )
    op.create_index(op.f('ix_trade_aftermath_annulment_state'), 'trade_aftermath_annulment', ['state'], unique=False)
    op.create_index('uq_trade_aftermath_annulment_live', 'trade_aftermath_annulment', ['auction_id'], unique=True, sqlite_where=sa.text("state <> 'dropped'"), postgresql_where=sa.text("state <> 'dropped'"))
    op.create_table('trade_aftermath_default',
    sa.Column('auction_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('seller_organisation_id', sa.Integer(), nullable=False),
    sa.Column('defaulter_organisation_id', sa.Integer(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('buyer_commission_minor', sa.BigInteger(), nullable=False),
    sa.Column('seller_commission_minor', sa.BigInteger(), nullable=False),
    sa.Column('kept_minor', sa.BigInteger(), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('consented_at', sa.DateTime(), nullable=True),
    sa.Column('consented_by', sa.Integer(), nullable=True),
    sa.Column('second_signup_id', sa.Integer(), nullable=True),
    sa.Column('second_organisation_id', sa.Integer(), nullable=True),
    sa.Column('second_minor', sa.BigInteger(), nullable=True),
    sa.Column('offered_at', sa.DateTime(), nullable=True),
    sa.Column('offer_until', sa.DateTime(), nullable=True),
    sa.Column('second_order_id', sa.Integer(), nullable=True),
    sa.Column('rerun_auction_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('resale_minor', sa.BigInteger(), nullable=True),
    sa.Column('shortfall_minor', sa.BigInteger(), nullable=True),
    sa.Column('owed_minor', sa.BigInteger(), nullable=True),
    sa.Column('costs_part_minor', sa.BigInteger(), nullable=True),
    sa.Column('shortfall_part_minor', sa.BigInteger(), nullable=True),
    sa.Column('rest_part_minor', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name=op.f('ck_trade_aftermath_default_settled_has_time')),
    sa.CheckConstraint("state IN ('open', 'wants_second', 'offered', 'accepted', 'wants_rerun', 'rerun', 'settled')", name=op.f('ck_trade_aftermath_default_state_known')),
    sa.CheckConstraint("state NOT IN ('wants_second', 'offered', 'accepted', 'wants_rerun', 'rerun') OR consented_at IS NOT NULL", name=op.f('ck_trade_aftermath_default_way_has_consent')),
    sa.CheckConstraint('costs_part_minor + shortfall_part_minor + rest_part_minor = kept_minor', name=op.f('ck_trade_aftermath_default_parts_add_up')),
    sa.CheckConstraint('owed_minor >= 0', name=op.f('ck_trade_aftermath_default_never_below_zero')),
    sa.CheckConstraint('rerun_auction_id IS NULL OR consented_at IS NOT NULL', name=op.f('ck_trade_aftermath_default_rerun_has_consent')),
    sa.PrimaryKeyConstraint('auction_id', name=op.f('pk_trade_aftermath_default')),
    sa.UniqueConstraint('order_id', name=op.f('uq_trade_aftermath_default_order_id')),
    sa.UniqueConstraint('rerun_auction_id', name=op.f('uq_trade_aftermath_default_rerun_auction_id')),
    sa.UniqueConstraint('second_order_id', name=op.f('uq_trade_aftermath_default_second_order_id'))
    )
    op.create_index(op.f('ix_trade_aftermath_default_second_organisation_id'), 'trade_aftermath_default', ['second_organisation_id'], unique=False)
    op.create_index(op.f('ix_trade_aftermath_default_seller_organisation_id'), 'trade_aftermath_default', ['seller_organisation_id'], unique=False)
    op.create_index(op.f('ix_trade_aftermath_default_state'), 'trade_aftermath_default', ['state'], unique=False)
    op.create_table('trade_aftermath_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('auction_id', sa.Integer(), nullable=False),
    sa.Column('thing', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_aftermath_history'))
    )
    op.create_index(op.f('ix_trade_aftermath_history_auction_id'), 'trade_aftermath_history', ['auction_id'], unique=False)
    op.create_table('trade_aftermath_talk',
    sa.Column('auction_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('seller_organisation_id', sa.Integer(), nullable=False),
    sa.Column('signup_id', sa.Integer(), nullable=False),
    sa.Column('bidder_organisation_id', sa.Integer(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('invited_at', sa.DateTime(), nullable=True),
    sa.Column('expires_at', sa.DateTime(), nullable=True),
    sa.Column('seller_at', sa.DateTime(), nullable=True),
    sa.Column('seller_by', sa.Integer(), nullable=True),
    sa.Column('bidder_at', sa.DateTime(), nullable=True),
    sa.Column('bidder_by', sa.Integer(), nullable=True),
    sa.Column('offer_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'begun') = (offer_id IS NOT NULL)", name=op.f('ck_trade_aftermath_talk_begun_has_offer')),
    sa.CheckConstraint("state <> 'begun' OR (seller_at IS NOT NULL AND bidder_at IS NOT NULL)", name=op.f('ck_trade_aftermath_talk_begun_by_both')),
    sa.CheckConstraint("state IN ('possible', 'invited', 'begun', 'declined', 'expired')", name=op.f('ck_trade_aftermath_talk_state_known')),
    sa.CheckConstraint('price_minor > 0', name=op.f('ck_trade_aftermath_talk_price_positive')),
    sa.PrimaryKeyConstraint('auction_id', name=op.f('pk_trade_aftermath_talk'))
    )
    op.create_index(op.f('ix_trade_aftermath_talk_bidder_organisation_id'), 'trade_aftermath_talk', ['bidder_organisation_id'], unique=False)
    op.create_index(op.f('ix_trade_aftermath_talk_seller_organisation_id'), 'trade_aftermath_talk', ['seller_organisation_id'], unique=False)
    op.create_index(op.f('ix_trade_aftermath_talk_state'), 'trade_aftermath_talk', ['state'], unique=False)
    op.create_table('trade_auction_fallen',
    sa.Column('auction_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("why IN ('default', 'cancel', 'refund', 'annul')", name=op.f('ck_trade_auction_fallen_why_known')),
    sa.ForeignKeyConstraint(['auction_id'], ['trade_auction.id'], name=op.f('fk_trade_auction_fallen_auction_id_trade_auction')),
    sa.PrimaryKeyConstraint('auction_id', name=op.f('pk_trade_auction_fallen'))
    )
    op.create_table('trade_auction_round',
    sa.Column('auction_id', sa.Integer(), nullable=False),
    sa.Column('follows_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.CheckConstraint('follows_id <> auction_id', name=op.f('ck_trade_auction_round_follows_another')),
    sa.CheckConstraint('round > 1', name=op.f('ck_trade_auction_round_not_the_first')),
    sa.ForeignKeyConstraint(['auction_id'], ['trade_auction.id'], name=op.f('fk_trade_auction_round_auction_id_trade_auction')),
    sa.ForeignKeyConstraint(['follows_id'], ['trade_auction.id'], name=op.f('fk_trade_auction_round_follows_id_trade_auction')),
    sa.PrimaryKeyConstraint('auction_id', name=op.f('pk_trade_auction_round')),
    sa.UniqueConstraint('follows_id', name=op.f('uq_trade_auction_round_follows_id'))
    )
    op.execute(FELL_BEFORE)
    for table in APPEND_ONLY:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('trade_auction_round')
    op.drop_table('trade_auction_fallen')
    op.drop_index(op.f('ix_trade_aftermath_talk_state'), table_name='trade_aftermath_talk')
    op.drop_index(op.f('ix_trade_aftermath_talk_seller_organisation_id'), table_name='trade_aftermath_talk')
    op.drop_index(op.f('ix_trade_aftermath_talk_bidder_organisation_id'), table_name='trade_aftermath_talk')
    op.drop_table('trade_aftermath_talk')
    op.drop_index(op.f('ix_trade_aftermath_history_auction_id'), table_name='trade_aftermath_history')
    op.drop_table('trade_aftermath_history')
    op.drop_index(op.f('ix_trade_aftermath_default_state'), table_name='trade_aftermath_default')
    op.drop_index(op.f('ix_trade_aftermath_default_seller_organisation_id'), table_name='trade_aftermath_default')
    op.drop_index(op.f('ix_trade_aftermath_default_second_organisation_id'), table_name='trade_aftermath_default')
    op.drop_table('trade_aftermath_default')
    op.drop_index('uq_trade_aftermath_annulment_live', table_name='trade_aftermath_annulment', sqlite_where=sa.text("state <> 'dropped'"), postgresql_where=sa.text("state <> 'dropped'"))
    op.drop_index(op.f('ix_trade_aftermath_annulment_state'), table_name='trade_aftermath_annulment')
    op.drop_table('trade_aftermath_annulment')
    op.drop_column("trade_offer", "floor_minor")
    _origins(AFTER, BEFORE)
