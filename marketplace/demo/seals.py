"""The demo's sealed bids: handed in as bidders do, and opened by nobody yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from auction import sealer
from marketplace.demo.content import Row
from marketplace.demo.history import Stage
from marketplace.kernel.errors import Unavailable
from marketplace.trade.auctions import commands, queries


def seal_bid(stage: Stage, row: Row, one: Row, *, place: int) -> Callable[[datetime], None]:
    """What hands in one sealed bid of a lot; the receipt is nobody's."""

    def hand_in(at: datetime) -> None:
        number, ctx = stage.ids["auction", row["key"]], stage.acting(one["person"], at)
        with ctx.reading() as db:
            room = queries.room(db, number, now=at)
            paddle = queries.my_state(db, ctx.actor, room=room).paddle or ""
        made = sealer.receipt(room.lot_id, paddle, str(one["yuan"]))
        command = commands.SealBid(number, str(made["seal"]), key=f"demo-{row['key']}-{place}")
        answer = commands.seal_bid(ctx, command)
        if not answer.accepted:
            why = answer.bar or answer.reason
            raise Unavailable("demo.bid_refused", lot=row["key"], bid=place, why=why)

    return hand_in
