"""Sale sessions with their lots, guests and rehearsals; parties entered at a desk."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.guards import statements

revision = 'd853864b3f97'
down_revision = 'c4a7e2b95d38'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trade_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('running', sa.String(), nullable=False),
    sa.Column('is_rehearsal', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('venue', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('auctioneer_id', sa.Integer(), nullable=False),
    sa.Column('auctioneer_name', sa.String(), nullable=False),
    sa.Column('clerk_id', sa.Integer(), nullable=False),
    sa.Column('clerk_name', sa.String(), nullable=False),
    sa.Column('current_auction_id', sa.Integer(), nullable=True),
    sa.Column('heartbeat_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('announced_at', sa.DateTime(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=True),
    sa.Column('over_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("mode IN ('listed_bidding', 'licensed_auction')", name=op.f('ck_trade_session_mode_known')),
    sa.CheckConstraint("place <> 'web' OR NOT is_rehearsal", name=op.f('ck_trade_session_rehearsal_in_hall')),
    sa.CheckConstraint("place = 'web' OR running = 'sequence'", name=op.f('ck_trade_session_hall_in_sequence')),
    sa.CheckConstraint("place IN ('web', 'hall', 'both')", name=op.f('ck_trade_session_place_known')),
    sa.CheckConstraint("running IN ('sequence', 'parallel')", name=op.f('ck_trade_session_running_known')),
    sa.CheckConstraint("state = 'open' OR current_auction_id IS NULL", name=op.f('ck_trade_session_current_while_open')),
    sa.CheckConstraint("state IN ('planned', 'announced', 'open', 'over', 'cancelled')", name=op.f('ck_trade_session_state_known')),
    sa.CheckConstraint("state NOT IN ('open', 'over') OR opened_at IS NOT NULL", name=op.f('ck_trade_session_opened_has_time')),
    sa.CheckConstraint('auctioneer_id <> clerk_id', name=op.f('ck_trade_session_clerk_is_another')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_session')),
    sa.UniqueConstraint('number', name=op.f('uq_trade_session_number'))
    )
    op.create_index('ix_trade_session_state_starts', 'trade_session', ['state', 'starts_at', 'id'], unique=False)
    op.create_table('identity_desk_party',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('registered_at', sa.DateTime(), nullable=False),
    sa.Column('registered_by', sa.Integer(), nullable=False),
    sa.Column('claim_digest', sa.String(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(), nullable=True),
    sa.Column('claimed_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('(claimed_at IS NULL) = (claimed_by IS NULL)', name=op.f('ck_identity_desk_party_claimed_whole')),
    sa.CheckConstraint('claimed_by <> registered_by', name=op.f('ck_identity_desk_party_desk_does_not_claim')),
    sa.CheckConstraint('registered_by <> user_id', name=op.f('ck_identity_desk_party_desk_is_not_the_party')),
    sa.ForeignKeyConstraint(['claimed_by'], ['identity_user.id'], name=op.f('fk_identity_desk_party_claimed_by_identity_user')),
    sa.ForeignKeyConstraint(['organisation_id'], ['identity_organisation.id'], name=op.f('fk_identity_desk_party_organisation_id_identity_organisation')),
    sa.ForeignKeyConstraint(['registered_by'], ['identity_user.id'], name=op.f('fk_identity_desk_party_registered_by_identity_user')),
    sa.ForeignKeyConstraint(['user_id'], ['identity_user.id'], name=op.f('fk_identity_desk_party_user_id_identity_user')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_identity_desk_party')),
    sa.UniqueConstraint('claim_digest', name=op.f('uq_identity_desk_party_claim_digest'))
    )
    op.create_index(op.f('ix_identity_desk_party_user_id'), 'identity_desk_party', ['user_id'], unique=False)
    op.create_table('trade_session_guest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('paddle', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('organisation_name', sa.String(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('holder_name', sa.String(), nullable=False),
    sa.Column('hides_name', sa.Boolean(), nullable=False),
    sa.Column('claim_sealed', sa.String(), nullable=True),
    sa.Column('rules_read_at', sa.DateTime(), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=False),
    sa.CheckConstraint('entered_by <> user_id', name=op.f('ck_trade_session_guest_desk_is_not_the_guest')),
    sa.CheckConstraint('paddle BETWEEN 1 AND 100', name=op.f('ck_trade_session_guest_paddle_of_the_hall')),
    sa.ForeignKeyConstraint(['session_id'], ['trade_session.id'], name=op.f('fk_trade_session_guest_session_id_trade_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_session_guest')),
    sa.UniqueConstraint('session_id', 'organisation_id', name=op.f('uq_trade_session_guest_session_id_organisation_id')),
    sa.UniqueConstraint('session_id', 'paddle', name=op.f('uq_trade_session_guest_session_id_paddle'))
    )
    op.create_index(op.f('ix_trade_session_guest_organisation_id'), 'trade_session_guest', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_trade_session_guest_user_id'), 'trade_session_guest', ['user_id'], unique=False)
    op.create_table('trade_session_lot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('auction_id', sa.Integer(), nullable=False),
    sa.Column('is_rehearsal', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['trade_session.id'], name=op.f('fk_trade_session_lot_session_id_trade_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade_session_lot')),
    sa.UniqueConstraint('session_id', 'auction_id', name=op.f('uq_trade_session_lot_session_id_auction_id')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_trade_session_lot_session_id_position'))
    )
    op.create_index(op.f('ix_trade_session_lot_auction_id'), 'trade_session_lot', ['auction_id'], unique=False)
    op.create_index('uq_trade_session_lot_real', 'trade_session_lot', ['auction_id'], unique=True, sqlite_where=sa.text('NOT is_rehearsal'), postgresql_where=sa.text('NOT is_rehearsal'))
    op.create_table('trade_session_rehearsal',
    sa.Column('session_lot_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at_ms', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('bidder', sa.String(), nullable=True),
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('payload_hash', sa.String(), nullable=True),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('salt', sa.String(), nullable=True),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['session_lot_id'], ['trade_session_lot.id'], name=op.f('fk_trade_session_rehearsal_session_lot_id_trade_session_lot')),
    sa.PrimaryKeyConstraint('session_lot_id', 'seq', name=op.f('pk_trade_session_rehearsal'))
    )
    for statement in statements("trade_session_rehearsal", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('trade_session_rehearsal')
    op.drop_table('trade_session_lot')
    op.drop_table('trade_session_guest')
    op.drop_table('identity_desk_party')
    op.drop_table('trade_session')
