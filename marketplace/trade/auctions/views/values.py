"""What the room's page and its fragments show: one read for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.papers import queries as papers
from marketplace.papers.queries import PaperLine
from marketplace.trade.auctions import commands, format_rules, policy, queries
from marketplace.trade.auctions.queries import LadderRow, MyState, NoticeLine, Room, Sealing
from marketplace.trade.auctions.queries.room import ladder
from marketplace.trade.auctions.views import pictures


@dataclass(frozen=True, slots=True)
class Shown:
    """A room for one reader."""

    room: Room
    mine: MyState
    ladder: tuple[LadderRow, ...]
    notices: tuple[NoticeLine, ...]
    papers: tuple[PaperLine, ...]
    may_operate: bool
    sees_numbers: bool
    abnormal_minor: int
    picture: str | None
    sealing: Sealing | None
    sentences: tuple[str, ...]

    @property
    def steps(self) -> list[tuple[int, int]]:
        """Quick amounts: (fen, how many steps above the lowest bid)."""
        lowest, amounts = self.room.minimum_next_minor, []
        for count in (0, 1, 2, 5):
            amount = lowest
            for _ in range(count):
                amount += self.room.step_at(amount)
            amounts.append((amount, count))
        return amounts

    @property
    def shape(self) -> str:
        """What decides which parts the page has: a change of it needs the page anew."""
        return f"{self.room.status}-{self.room.stage}-{self.room.version}-{self.action}"

    @property
    def needs_tick(self) -> bool:
        """The notice was corrected after the reader accepted it."""
        accepted = self.mine.accepted_version
        return accepted is not None and accepted != self.room.version

    @property
    def reveal_time(self) -> timedelta:
        """How long sealed bids can be opened."""
        given = self.room.format_terms
        hours = given.get("reveal_hours", 0)
        return timedelta(hours=hours, minutes=given.get("reveal_minutes", 0))

    @property
    def action(self) -> str:
        """What the reader may do to the lot now: bid, seal, open, take, top or nothing."""
        outside = self.room.place == "hall" or self.needs_tick
        if outside or not (self.mine.may_bid and self.room.status == "live"):
            return ""
        if self.room.format == "english":
            return "bid"
        return self._stage_action()

    def _stage_action(self) -> str:
        room, own = self.room, self.sealing.own if self.sealing else None
        takes = self.mine.paddle == room.progress.taker
        if room.stage == "revealing":
            return "open" if own and own.opened_at is None else ""
        if room.stage == "topping":
            return "top" if takes else ""
        if room.stage == "bidding":
            return "seal" if room.format == "sealed" else "take"
        return "seal" if room.stage == "sealing" and not takes else ""

    @property
    def can_bid(self) -> bool:
        """The form of rising bids is shown."""
        return self.action == "bid"


def shown(ctx: Context, actor: Actor | None, *, auction_id: int) -> Shown:
    """The room as it is now; a lot whose time has come is closed first. Raises NotFound."""
    found = _read(ctx, actor, auction_id=auction_id)
    if found.room.status == "closing" and commands.close_if_due(ctx, auction_id):
        return _read(ctx, actor, auction_id=auction_id)
    return found


def _read(ctx: Context, actor: Actor | None, *, auction_id: int) -> Shown:
    with ctx.reading() as db:
        room = queries.room(db, auction_id, now=ctx.clock())
        mine = queries.my_state(db, actor, room=room)
        return Shown(
            room=room,
            mine=mine,
            ladder=ladder(db, room.lot_id, own_paddle=mine.paddle),
            notices=queries.notices(db, auction_id),
            papers=papers.of_thing(db, actor, thing="auction", thing_id=auction_id),
            may_operate=actor is not None and policy.may_operate(actor),
            sees_numbers=policy.may_see_statistics(
                actor,
                seller_organisation_id=room.seller_organisation_id,
                is_over=room.outcome is not None,
            ),
            abnormal_minor=queries.abnormal_above(db, room) if mine.may_bid else 0,
            sealing=queries.sealing(db, room, paddle=mine.paddle),
            sentences=tuple(format_rules.sentences(room)),
            picture=pictures.addresses(db, [room.listing_id]).get(room.listing_id),
        )


def known(ctx: Context, auction_id: int) -> Room:
    """A published auction for pages that show little of it; raises NotFound."""
    with ctx.reading() as db:
        return queries.room(db, auction_id, now=ctx.clock())
