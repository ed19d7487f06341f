"""Who may do what with a contract; the parties are the order's."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.trade.orders import policy as orders
from marketplace.trade.orders.policy import OfParties, Party

__all__ = ["OfParties", "Party", "may_bind", "may_record", "may_view", "may_write", "side_of"]

side_of = orders.party_of
may_view = orders.may_view


def may_write(actor: Actor, contract: OfParties) -> bool:
    """Everybody of a party but read-only members fills in and amends."""
    return side_of(actor, contract) is not None and actor.may_draft


def may_bind(actor: Actor, contract: OfParties, *, price_minor: int) -> bool:
    """Owners and managers of a verified party consent and sign, up to their own limit."""
    limit = actor.bid_limit_minor
    return orders.may_act(actor, contract) and (limit is None or price_minor <= limit)


def may_record(actor: Actor, contract: OfParties) -> bool:
    """认定登记 is the seller's business; the market's reviewers help with it."""
    if actor.has(StaffRole.REVIEWER, StaffRole.ADMINISTRATOR):
        return True
    return side_of(actor, contract) == "seller" and actor.may_draft
