"""Reads of lots that are being written: for reviewers and auctioneers only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings import queries as listings
from marketplace.trade.auctions import words
from marketplace.trade.auctions.findings import Case, findings
from marketplace.trade.auctions.models import Auction
from marketplace.trade.auctions.terms import reserve_of
from marketplace.web.filters import yuan
from marketplace.web.i18n import current_lang
from rules.articles import article_text
from rules.findings import Finding


def auction(db: Session, auction_id: int) -> Auction:
    """The row of a lot that may still be written; raises NotFound once it is over."""
    row = db.get(Auction, auction_id)
    if row is None or row.state not in ("draft", "announced"):
        raise NotFound
    db.expunge(row)
    return row


def checked(db: Session, ctx: Context, *, auction_id: int) -> tuple[Auction, tuple[Finding, ...]]:
    """A draft and what the rules would say if it were announced now; raises NotFound."""
    row = db.get(Auction, auction_id)
    if row is None or row.state != "draft":
        raise NotFound
    page = identity.organisation_page(db, row.seller_organisation_id)
    case = Case(
        auction=row,
        lot=listings.lot_terms(db, row.listing_id),
        seller_code=page.credit_code or "",
        reserve_minor=reserve_of(row, ctx.settings.secrets),
        published_at=ctx.clock(),
    )
    found = findings(db, case)
    db.expunge(row)
    return row, found


def line(finding: Finding) -> dict[str, object]:
    """A finding in words, with its rule and article."""
    facts = {name: _plain(name, value) for name, value in finding.facts.items()}
    sentence = words.FINDINGS.get(finding.code)
    return {
        "code": finding.code,
        "blocks": finding.blocks,
        "rule": finding.rule,
        "article": article_text(finding.article, current_lang()),
        "text": str(sentence) % facts if sentence else finding.code,
    }


def _plain(name: str, value: object) -> object:
    if name.endswith("_minor") and isinstance(value, int):
        return yuan(value)
    astimezone = getattr(value, "astimezone", None)
    return f"{astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if astimezone else value
