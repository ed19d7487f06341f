"""Names for the numbers of the town's things, so that a table of routes can be read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from tests import builders
from tests.world import World

QUERIES: dict[str, str] = {
    "picture": "SELECT id FROM showcase_listing_file WHERE listing_id=:listing AND role='picture'",
    "document": "SELECT id FROM showcase_listing_file WHERE listing_id=:listing AND role='public'",
    "lot_confidential": (
        "SELECT id FROM showcase_listing_file "
        "WHERE listing_id=:upcoming_listing AND role='confidential'"
    ),
    "confidential": (
        "SELECT id FROM showcase_listing_file WHERE listing_id=:listing AND role='confidential'"
    ),
    "draft_picture": (
        "SELECT id FROM showcase_listing_file WHERE listing_id=:draft_listing AND role='picture'"
    ),
    "listing_case": (
        "SELECT id FROM review_case "
        "WHERE kind='listing' AND thing_id=:submitted_listing AND state='open'"
    ),
    "demand_case": "SELECT id FROM review_case WHERE kind='demand' AND state='open'",
    "house_case": "SELECT id FROM review_case WHERE kind='organisation' AND state='open'",
    "signup": "SELECT id FROM trade_auction_signup WHERE auction_id=:upcoming",
    "live_signup": (
        "SELECT id FROM trade_auction_signup WHERE auction_id=:live AND organisation_id=:house_bob"
    ),
    "deposit_code": "SELECT reference FROM treasury_deposit WHERE auction_id=:upcoming",
    "bank_line": "SELECT id FROM treasury_statement_line WHERE state='open'",
    "statement": "SELECT id FROM treasury_statement WHERE state='looked_at'",
    "instruction": "SELECT id FROM treasury_instruction WHERE state='proposed'",
    "batch": "SELECT id FROM treasury_batch",
    "book": "SELECT min(id) FROM treasury_book",
    "offer_file": "SELECT min(id) FROM trade_offer_file WHERE offer_id=:offer",
    "confirmation": "SELECT id FROM papers_paper WHERE kind='deal_confirmation'",
    "record": "SELECT id FROM papers_paper WHERE kind='auction_record' AND thing_id=:sold",
    "invitation": "SELECT id FROM identity_invitation",
    "relative": "SELECT id FROM identity_relative",
    "notice": "SELECT min(id) FROM notify_notice WHERE user_id=:user_alice",
    "stuck": "SELECT max(id) FROM kernel_outbox WHERE done_at IS NULL",
}


def named(world: World, engine: Engine) -> dict[str, Any]:
    """Every name a table of routes may use → its number or text."""
    known = dict(world.ids)
    known |= {f"user_{name}": world.user_id(name) for name in world.acting}
    with engine.connect() as connection:
        for name, query in QUERIES.items():
            found = connection.scalar(text(query), known)
            assert found is not None, name
            known[name] = found
    known["today"] = builders.today(world.ctx).isoformat()
    return known
