"""A pledgee is paid first: the pledge's debt goes out of the price, early (民法典 444; L63)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import cipher
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.orders import roots
from marketplace.trade.orders.models import Order, OrderPledge
from marketplace.trade.orders.queries import OrderLine
from marketplace.trade.orders.states import State
from marketplace.treasury.escrow.steps import FirstPaid
from marketplace.treasury.payments.instructions import Payee
from rules.enumerations.overlays import Overlay
from rules.ownership import pledge_split_minor

NAME_LENGTH = 120
UNSIGNED = (State.AGREED, State.PUBLICITY)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a pledgee gets out of the price, in fen; ``account_tail`` is empty while unknown."""

    holder: str
    amount_minor: int
    account_tail: str = ""


def claims_of(lot: LotTerms, price_minor: int) -> list[Claim]:
    """Each pledge's part of the price, in the order they stand in the register."""
    left, found = price_minor, []
    for one in lot.encumbrances:
        if one.kind == Overlay.PLEDGE and one.amount_minor:
            part, left = pledge_split_minor(left, one.amount_minor)
            found.append(Claim(one.holder, part))
    return [one for one in found if one.amount_minor]


def claims(db: Session, lot: LotTerms | None, *, order_id: int, price_minor: int) -> list[Claim]:
    """The pledgees' parts with the accounts that are on record for just these parts."""
    query = select(OrderPledge).where(OrderPledge.order_id == order_id)
    known = {(row.holder, row.amount_minor): row.account_tail for row in db.scalars(query)}
    return [
        Claim(one.holder, one.amount_minor, known.get((one.holder, one.amount_minor), ""))
        for one in (claims_of(lot, price_minor) if lot else ())
    ]


def of_unsigned(db: Session, line: OrderLine, *, listing_id: int) -> list[Claim]:
    """Whose accounts the seller must still name before anybody signs, and those he named."""
    if line.state not in UNSIGNED:
        return []
    try:
        lot = listings.lot_terms(db, listing_id)
    except NotFound:
        return []
    return claims(db, lot, order_id=line.id, price_minor=line.price_minor)


@dataclass(frozen=True, slots=True)
class NameAccount:
    """The pledgee's account, as his written consent names it."""

    order_id: int
    version: int
    holder: str
    account: str
    bank: str


def name_account(ctx: Context, command: NameAccount) -> None:
    """Keep a pledgee's account, sealed, before the contract is signed.

    Raises NotFound for a holder who is no pledgee of the listing, Invalid for anything but 8 to
    30 digits or without a bank, Conflict once the contract is signed.
    """
    account = "".join(command.account.split()).replace("-", "")
    bank = " ".join(command.bank.split())
    digits = account.isascii() and account.isdecimal() and 8 <= len(account) <= 30
    if not digits or not bank or len(bank) > NAME_LENGTH:
        raise Invalid("orders.pledge_account")
    with ctx.transaction() as tx:
        order = roots.lock_as(tx, command.order_id, party="seller", version=command.version)
        if order.state not in UNSIGNED:
            raise Conflict("orders.illegal_move", state=order.state, action="pledge")
        lot = listings.lot_terms(tx.db, order.listing_id)
        wanted = [one for one in claims_of(lot, order.price_minor) if one.holder == command.holder]
        if not wanted:
            raise NotFound
        row = tx.db.get(OrderPledge, (order.id, command.holder))
        if row is None:
            row = OrderPledge(order_id=order.id, holder=command.holder, paid_minor=0)
            tx.db.add(row)
        row.amount_minor = wanted[0].amount_minor
        row.account_sealed = cipher.seal(tx.settings.secrets, account)
        row.account_tail, row.bank = account[-4:], bank
        roots.remember(tx, order, action="pledge_account", text=f"{row.holder} …{account[-4:]}")


def first_paid(tx: Tx, order: Order, *, amount_minor: int) -> Sequence[FirstPaid]:
    """Step: who is paid before the seller out of so much, and how much each, in fen."""
    query = select(OrderPledge).where(OrderPledge.order_id == order.id)
    left, found = amount_minor, []
    for row in tx.db.scalars(query.order_by(OrderPledge.holder).with_for_update()):
        part = min(left, row.amount_minor - row.paid_minor)
        if part:
            row.paid_minor += part
            left -= part
            payee = Payee(row.holder, row.account_sealed, row.account_tail, row.bank)
            found.append(FirstPaid(payee, part))
    return found
