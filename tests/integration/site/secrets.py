"""The canaries: values that must never reach a role, in whatever spelling a page could show them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.integration.site.town import ROLES, Town
from tests.world import BOB_MAXIMUM, HOUSES, RESERVE

STAFF_ROLES = ("reviewer", "auctioneer", "treasurer", "administrator")
HOUSE_OF = {"anna": "alice"}
LOT_ENDPOINTS = frozenset(
    f"{room}.{name}"
    for room, names in (
        ("trade.auctions", "show fragment events poll export notice receipt proof signing_up"),
        ("trade.auctions", "opening_minutes sealer"),
        ("api.auctions", "get events find"),
        ("api.auction_stages", "get_minutes"),
    )
    for name in names.split()
)
"""Where a lot is shown: here nobody but the market's staff may learn who bids (T10)."""


def forbidden(town: Town, role: str, endpoint: str | None) -> Iterator[tuple[str, str]]:
    """(text, what it is) that no answer to the role may hold."""
    yield from _amounts(role)
    yield from _people(town, role, endpoint)
    if endpoint in LOT_ENDPOINTS:
        yield from _bidders(town, role)


def spellings(minor: int) -> tuple[str, ...]:
    """An amount of fen as pages, files and interfaces may write it."""
    yuan = minor // 100
    return (f"{yuan:,}", str(yuan), f"{yuan / 10_000:.4f}".rstrip("0"), f"{yuan / 10_000:.2f}万")


def _amounts(role: str) -> Iterator[tuple[str, str]]:
    """The reserve is nobody's to see; Bob's maximum is his alone (L8, L30)."""
    for text in spellings(RESERVE):
        yield text, "the secret reserve"
    if role != "bidder":
        for text in spellings(BOB_MAXIMUM):
            yield text, "Bob's maximum"


OWN_DATA = "identity.export"
"""Everybody may take his own data along, identity number included (L75)."""


def _people(town: Town, role: str, endpoint: str | None) -> Iterator[tuple[str, str]]:
    reader = ROLES[role]
    for name, papers in town.papers.items():
        if not (endpoint == OWN_DATA and name == reader):
            yield papers.identity_number, f"the identity number of {name}"
        yield papers.bank_account, f"the bank account of {name}"
        if role in STAFF_ROLES or _house(name) == _house(reader):
            continue
        if not (role == "other" and name == "mallory" and endpoint == "identity.members.index"):
            yield papers.email, f"the address of {name}"  # Grace invited that address herself
        yield papers.phone, f"the telephone of {name}"
        yield papers.contact_email, f"the contact of {name}"


def _house(name: str | None) -> str:
    return HOUSE_OF.get(name or "", name or "nobody")


def _bidders(town: Town, role: str) -> Iterator[tuple[str, str]]:
    """Who bids: the organisation's and the person's names of both bidders."""
    if role in STAFF_ROLES:
        return
    for name in ("bob", "carol"):
        if ROLES[role] != name:
            yield HOUSES[name][0], f"{name} bids on this lot"


def private_to(town: Town, reader: str) -> tuple[str, ...]:
    """What the others keep to themselves."""
    return tuple(
        value
        for name, papers in town.papers.items()
        if _house(name) != _house(reader)
        for value in papers.values()
    )
