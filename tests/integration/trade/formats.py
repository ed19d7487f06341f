"""Sealed and Dutch lots in the stories: their terms, and what bidders do with them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from auction import envelopes
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import Answer, OpenBid, SealBid, TakeLot, TopBid
from tests.integration.trade.world import START, YUAN, Person, TradeWorld

SEALED = {"reveal_hours": 2, "pricing": "first", "forfeits_unrevealed": False}
FALL = {"step_minor": 10_000 * YUAN, "interval_seconds": 600, "floor_minor": 500_000 * YUAN}
PHASES = {"sealing_minutes": 30, "reveal_minutes": 20, "topping_minutes": 10}
KNOWN = {"deposit_above_earnest": "公告已说明超过部分不是定金。"}
DRAIN = timedelta(seconds=2)


class Bidding:
    """What bidders of such lots do, with nonces that they keep to themselves."""

    def __init__(self, world: TradeWorld) -> None:
        self.world = world
        self.kept: dict[tuple[int, int], tuple[int, str]] = {}

    def sealed_lot(self, **terms: object) -> int:
        """An open lot for sealed bids of Bob, Carol and Dora."""
        changes = {name: terms.pop(name) for name in list(terms) if name in ("reserve_minor",)}
        lot = self.world.open(
            format="sealed", ladder=(), format_terms={**SEALED, **terms}, **changes
        )
        self.world.admit(lot, self.world.bob, self.world.carol, self.world.dora)
        return lot

    def falling_lot(self, **terms: object) -> int:
        """An open lot whose price falls, with a second phase if ``terms`` say so."""
        lot = self.world.open(
            format="dutch", ladder=(), format_terms={**FALL, **terms}, reasons=KNOWN
        )
        self.world.admit(lot, self.world.bob, self.world.carol, self.world.dora)
        return lot

    def paddle(self, person: Person, lot: int) -> str:
        from marketplace.trade.auctions import queries

        with self.world.ctx.reading() as db:
            state = queries.my_state(db, person.actor, room=self.world.room(lot))
        assert state.paddle is not None
        return state.paddle

    def seal(self, person: Person, lot: int, yuan: int, *, key: str | None = None) -> Answer:
        """Seal an amount as the browser does: only its hash goes to the market."""
        nonce, amount = secrets.token_hex(32), yuan * YUAN
        self.kept[person.id, lot] = (amount, nonce)
        room = self.world.room(lot)
        seal = envelopes.seal(room.lot_id, self.paddle(person, lot), amount, nonce)
        return commands.seal_bid(person.ctx, SealBid(lot, seal, key or self._key()))

    def open(self, person: Person, lot: int, *, yuan: int | None = None) -> Answer:
        """Open what was sealed last, or claim another amount."""
        amount, nonce = self.kept[person.id, lot]
        amount = amount if yuan is None else yuan * YUAN
        return commands.open_bid(person.ctx, OpenBid(lot, amount, nonce, self._key()))

    def take(
        self, person: Person, lot: int, *, limit: int = START, key: str | None = None
    ) -> Answer:
        return commands.take_lot(person.ctx, TakeLot(lot, limit, key or self._key()))

    def top(self, person: Person, lot: int, yuan: int) -> Answer:
        return commands.top_bid(person.ctx, TopBid(lot, yuan * YUAN, self._key()))

    def end(self, lot: int) -> bool:
        """Let the present stage pass and the market move on."""
        self.world.clock.now = max(self.world.clock(), self.world.ends_at(lot) + DRAIN)
        return commands.close_due(self.world.ctx) == 1

    def _key(self) -> str:
        return f"key-{next(self.world.keys)}"
