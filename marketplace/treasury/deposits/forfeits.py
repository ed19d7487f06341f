"""What a forfeited deposit is used for: costs, then the shortfall, then as the rules say (L28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.kernel.options import option
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.deposits.steps import PURPOSE, locked
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments.payouts import Payout, pay_out
from rules.auction_sums import Forfeit, forfeited_deposit


@dataclass(frozen=True, slots=True)
class Use:
    """A defaulter's deposit and what must be paid out of it. Amounts in fen.

    ``costs_to`` None: the costs are the market's own, the commissions of the sale that failed.
    ``rest_to_seller`` False: the rest stays on the forfeited account.
    """

    auction_id: int
    organisation_id: int
    order_id: int
    costs_minor: int
    shortfall_minor: int
    costs_to: tuple[int, str] | None
    seller: tuple[int, str]
    rest_to_seller: bool = True


def use_forfeited(tx: Tx, use: Use) -> Forfeit:
    """Step: pay costs and shortfall in the order of the law; how it was shared out.

    The same use again changes nothing; raises NotFound, Conflict while it is not forfeited.
    """
    deposit = locked(tx, use.auction_id, organisation_id=use.organisation_id)
    if deposit.state != "forfeited":
        raise Conflict("treasury.not_that_end")
    parts = forfeited_deposit(
        deposit.amount_minor, costs_minor=use.costs_minor, shortfall_minor=use.shortfall_minor
    )
    seller_minor = parts.shortfall_minor + (parts.rest_minor if use.rest_to_seller else 0)
    if use.costs_to is None:
        _earn(tx, deposit, parts.costs_minor)
    else:
        _pay(tx, deposit, use, what="costs", payee=use.costs_to, amount=parts.costs_minor)
    _pay(tx, deposit, use, what="seller", payee=use.seller, amount=seller_minor)
    return parts


def _earn(tx: Tx, deposit: Deposit, amount: int) -> None:
    if amount:
        key = f"deposit:{deposit.id}:forfeited:costs"
        moves = [Move(chart.forfeited(deposit.id), chart.commission(), amount)]
        post(tx, Post(key, "forfeited_use", PURPOSE, deposit.id, moves, memo="costs"))


def _pay(
    tx: Tx, deposit: Deposit, use: Use, *, what: str, payee: tuple[int, str], amount: int
) -> None:
    if amount == 0:
        return
    organisation_id, name = payee
    account = chart.payable(use.order_id, organisation_id=organisation_id)
    key = f"deposit:{deposit.id}:forfeited:{what}"
    moves = [Move(chart.forfeited(deposit.id), account, amount)]
    post(tx, Post(key, "forfeited_use", PURPOSE, deposit.id, moves, memo=what))
    due = tx.now + timedelta(hours=option(tx.db, "deposit_return_hours"))
    pay_out(
        tx,
        Payout(
            key=key,
            account=account,
            organisation_id=organisation_id,
            organisation_name=name,
            amount_minor=amount,
            thing="order",
            thing_id=use.order_id,
            due_at=due,
            why=what,
        ),
    )
