"""What a stage costs whom: pure sums over an order's rows, in fen."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.trade.orders.models import Order, OrderStage


def asked_minor(order: Order, stage: OrderStage) -> int:
    """What the buyer pays for a stage, in fen: his commission comes with the first."""
    return stage.amount_minor + (order.buyer_commission_minor if stage.stage == 1 else 0)


def fee_share(order: Order, stage: OrderStage, stages: Sequence[OrderStage]) -> int:
    """The seller's commission of one stage in fen: by its share, the last takes the remainder."""
    parts = [
        order.seller_commission_minor * one.amount_minor // order.price_minor for one in stages
    ]
    parts[-1] += order.seller_commission_minor - sum(parts)
    return parts[stage.stage - 1]
