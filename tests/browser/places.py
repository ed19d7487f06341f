"""Every page of the site with the role that reads it: the route table, and what it cannot say.

A line of ``EXTRA`` is a row of the route table (see ``tests.integration.site.route_table``) that
ends with the role who looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.integration.site.asking import Row, rows_of
from tests.integration.site.route_table import TABLE
from tests.integration.site.town import ROLES

NO_PAGES = {
    one
    for line in """
    static home.favicon home.healthz home.readyz home.robots home.security_txt home.rules_file
    home.sitemap home.sitemap_pages home.sitemap_part home.auction_notices home.newest_listings
    catalogue.suggest catalogue.as_csv catalogue.as_rss catalogue.as_xlsx showcase.deals.export
    showcase.listings.file showcase.listings.thumbnail identity.organisations.paper
    identity.export imports.template papers.download admin.audit_csv
    trade.auctions.events trade.auctions.poll trade.auctions.export trade.auctions.fragment
    trade.auctions.verifier trade.auctions.sealer api.auction_stages.get_minutes
    trade.sessions.wall trade.sessions.board trade.sessions.of_lot
    showcase.deals.prices_csv trade.auctions.calendar_feed
    trade.auctions.calendar_of_mine trade.auctions.calendar_by_key trade.auctions.heads_text
    trade.auctions.heads_json trade.auctions.statistics_csv trade.auctions.document
    trade.contracts.export_registration trade.contracts.preview trade.contracts.word
    trade.offers.file trade.orders.file trade.royalties.books treasury.payments.slip treasury.payments.statement_csv
    trade.publicity.pack trade.orders.commission trade.orders.sales
    trade.orders.year trade.rewards.as_csv trade.rewards.as_pdf
    api.openapi api.listings.find api.listings.get api.listings.find_organisations
    api.listings.get_organisation api.deals.find api.deals.prices api.auctions.find api.auctions.get api.auctions.events
    """.splitlines()
    for one in line.split()
}
"""Endpoints that answer with data, files, feeds or pieces of a page."""
ELSEWHERE = {
    "trade.contracts.signing": "only while a contract waits for signatures: in the story of a deal",
    "trade.contracts.registration": "only of a signed contract: in the story of a deal",
    "trade.auctions.opening_minutes": "only of opened sealed bids: in the story of such a lot",
    "security.tf_select": "only in the middle of a sign-in with several second factors",
    "treasury.payments.attempt": "hidden from the table's town, which takes bank transfers alone",
    "home.demo": "hidden from the table's town, which is no demo: by address",
    "notify.demo_mailbox": "hidden from the table's town, which is no demo: by address",
    "notify.demo_mail": "hidden from the table's town, which is no demo: by address",
}
"""Pages that no row of the route table shows, and why."""
EXTRA = """
GET  home.desk                                               bidder
GET  home.desk                                               reviewer
GET  home.desk                                               auctioneer
GET  home.desk                                               treasurer
GET  home.desk                                               administrator
GET  home.desk                                               mallory
GET  catalogue.search                                        public
GET  catalogue.search ?q='zzzz                               public
GET  trade.auctions.hall ?tab=ended                          public
GET  trade.auctions.show auction_id=live                     bidder
GET  trade.auctions.show auction_id=live                     auctioneer
GET  trade.auctions.show auction_id=upcoming                 rival
GET  trade.auctions.show auction_id=sold                     bidder
GET  trade.auctions.show auction_id=sold                     rival
GET  trade.auctions.receipt auction_id=live                  bidder
GET  trade.auctions.mine                                     bidder
GET  trade.auctions.calendar                                 bidder
GET  trade.auctions.documents auction_id=upcoming            rival
GET  trade.auctions.documents auction_id=upcoming            seller
GET  showcase.listings.show listing_id=listing               seller
GET  showcase.listings.edit_step listing_id=draft_listing step=burdens   seller
GET  showcase.listings.edit_step listing_id=draft_listing step=files     seller
GET  showcase.listings.edit_step listing_id=draft_listing step=price     seller
GET  treasury.deposits.index ?tab=owed                       treasurer
GET  notify.inbox                                            bidder
GET  identity.organisations.index                            other
GET  identity.organisations.new                              mallory
"""
BY_ADDRESS = (
    ("public", "/demo"),
    ("public", "/notify/mailbox"),
    ("public", "/no-such-page"),
    ("public", "/trade/auctions/987654321"),
    ("public", "/service/numbers?numbers=20131069974411"),
    ("mallory", "/admin/"),
    ("mallory", "/review/"),
)
PREFERRED = (
    "public", "seller", "bidder", "reviewer", "auctioneer", "treasurer", "administrator", "other",
    "mallory",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page and its reader."""

    role: str
    row: Row


def places() -> Iterator[Place]:
    """One reader for every row of the route table that shows a page to anybody; then the extras."""
    for row in rows_of(TABLE):
        if row.method != "GET" or row.endpoint in NO_PAGES:
            continue
        letters = dict(zip(ROLES, row.expected, strict=True))
        role = next((one for one in PREFERRED if letters[one] == "A"), None)
        if role:
            yield Place(role, row)
    for row in rows_of(EXTRA):
        yield Place(row.expected, row)
