"""What a defaulting buyer owes, and what his deposit is used for (拍卖法 39; L19, L24, L28)."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.aftermath.models import Default
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.auctions import notices
from marketplace.trade.auctions.aftermath import Sale
from marketplace.treasury.deposits import forfeits
from rules import auction_sums

RESALES = {"sign": "次高出价者受让", "sold": "再次竞价成交", "renounce": "委托方放弃再次出让"}


def settle(tx: Tx, row: Default, *, resale_minor: int | None, way: str) -> None:
    """Step: fix the claim now that the second sale's price is known; use the deposit; the paper.

    Both commissions of the first sale and the shortfall, less the deposit, never below zero.
    ``resale_minor`` None: the seller renounced a second sale, and with it a shortfall.
    """
    of = lots.sale(tx.db, row.auction_id)
    commissions = row.buyer_commission_minor + row.seller_commission_minor
    claim = auction_sums.default_claim(
        row.price_minor,
        row.price_minor if resale_minor is None else resale_minor,
        commissions_minor=commissions,
        deposit_minor=row.kept_minor,
    )
    parts = auction_sums.forfeited_deposit(
        row.kept_minor, costs_minor=commissions, shortfall_minor=claim.shortfall_minor
    )
    row.resale_minor, row.shortfall_minor = resale_minor, claim.shortfall_minor
    row.owed_minor = claim.open_minor
    row.costs_part_minor, row.shortfall_part_minor = parts.costs_minor, parts.shortfall_minor
    row.rest_part_minor = parts.rest_minor
    if row.kept_minor:
        forfeits.use_forfeited(
            tx,
            forfeits.Use(
                auction_id=row.auction_id,
                organisation_id=row.defaulter_organisation_id,
                order_id=row.order_id,
                costs_minor=commissions,
                shortfall_minor=claim.shortfall_minor,
                costs_to=None,
                seller=(row.seller_organisation_id, of.seller_name),
            ),
        )
    _issue(tx, row, of, way=way)


def _issue(tx: Tx, row: Default, of: Sale, *, way: str) -> None:
    papers.issue(
        tx,
        papers.Order(
            kind="default_claim",
            title=f"违约结算书：{of.title}",
            facts=_facts(tx, row, of, way=way),
            thing="auction",
            thing_id=row.auction_id,
            parties=(row.seller_organisation_id,),
        ),
    )


def _facts(tx: Tx, row: Default, of: Sale, *, way: str) -> dict[str, Any]:
    sums = {
        name: getattr(row, name)
        for name in (
            "price_minor", "buyer_commission_minor", "seller_commission_minor", "kept_minor",
            "resale_minor", "shortfall_minor", "owed_minor", "costs_part_minor",
            "shortfall_part_minor", "rest_part_minor",
        )
    }  # fmt: skip
    return notices.with_capitals(
        {
            **sums,
            "licensed": of.is_licensed,
            "subject": of.title,
            "lot_number": of.number,
            "seller": of.seller_name,
            "buyer": of.winner_name,
            "closed_at": notices.local(of.closed_at),
            "way": RESALES[way],
            "consented_at": notices.local(row.consented_at) if row.consented_at else "",
            "settled_at": notices.local(tx.now),
            "earnest_minor": auction_sums.earnest_part_minor(row.kept_minor, row.price_minor),
            "organiser": tx.settings.operator_name,
        }
    )
