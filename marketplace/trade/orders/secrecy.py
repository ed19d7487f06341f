"""Each side decides whether the public pages name it (拍卖法 21; L22)."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context
from marketplace.showcase.deals import steps as board
from marketplace.trade.orders import policy, roots
from marketplace.trade.orders.facts import board_keys


@dataclass(frozen=True, slots=True)
class KeepSecret:
    """A side asks that its name be kept off the public pages, or takes that back."""

    order_id: int
    version: int
    secret: bool


def keep_secret(ctx: Context, command: KeepSecret) -> None:
    """Keep the own side's name secret, or show it; the deals board follows at once.

    The other side, the market and the authorities see it all the same. Raises NotFound,
    Forbidden, Conflict on an old page.
    """
    with ctx.transaction() as tx:
        order = roots.lock_own(tx, command.order_id, version=command.version)
        side = policy.party_of(tx.actor, order)
        if side == "seller":
            order.hides_seller = command.secret
        else:
            order.hides_buyer = command.secret
        roots.remember(tx, order, action="name_hidden" if command.secret else "name_shown")
        for origin, origin_id in board_keys(tx.db, order.id):
            board.name_sides(
                tx,
                board.Sides(
                    origin,
                    origin_id,
                    seller_name="" if order.hides_seller else order.seller_name,
                    buyer_name="" if order.hides_buyer else order.buyer_name,
                ),
            )
