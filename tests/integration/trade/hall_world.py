"""A hall on top of the trade stories: Hugo leads, Cleo keeps the record, Walt walks in."""

from __future__ import annotations

import itertools
from datetime import timedelta

from marketplace.identity.commands import Entry
from marketplace.kernel.actor import StaffRole
from marketplace.trade.auctions.commands.hall import HallAnswer
from marketplace.trade.auctions.queries import in_hall
from marketplace.trade.sessions import commands
from marketplace.trade.sessions.commands import CheckedIn, CheckIn, FloorBid, PlanSession, Up
from marketplace.treasury.deposits import queries as deposits
from tests.builders import _identity_number as identity_number
from tests.integration.trade.world import START, STEP, YUAN, TradeWorld

WALT = Entry("吴立民", identity_number(411), "13905750411")
_keys = itertools.count(1)


class Hall:
    """One session with ``count`` lots of one place, announced; ``open()`` begins it."""

    def __init__(
        self, world: TradeWorld, *, place: str = "both", count: int = 1, seller=None, **terms
    ) -> None:
        self.world, self.seller = world, seller
        self.cleo = world.officer("Cleo", StaffRole.CLERK)
        self.lots = [self._lot(place, number, terms) for number in range(count)]
        self.session_id = self.plan(place)
        for lot in self.lots:
            commands.add_lot(world.hugo.ctx, self.session_id, auction_id=lot)
        commands.announce_session(world.hugo.ctx, self.session_id)

    def _lot(self, place: str, number: int, terms) -> int:
        listing = self.world.listing(seller=self.seller, title=f"专场标的 {number + 1}")
        return self.world.announce(listing_id=listing, place=place, **terms)

    def plan(self, place: str = "both", **changes) -> int:
        plain = {
            "title": "轴承与机器人成果专场",
            "title_en": "Bearings and robots",
            "venue": "新昌县科技大市场二楼报告厅",
            "mode": "listed_bidding",
            "place": place,
            "running": "sequence",
            "starts_at": self.world.clock() + timedelta(days=8, minutes=5),
            "auctioneer_id": self.world.hugo.id,
            "clerk_id": self.cleo.id,
        }
        return commands.plan_session(self.world.hugo.ctx, PlanSession(**(plain | changes)))

    @property
    def lot(self) -> int:
        return self.lots[0]

    def open(self) -> None:
        """The hour has come."""
        self.world.clock.forward(days=8, minutes=5)
        commands.open_session(self.cleo.ctx, self.session_id)

    # -- the desk -----------------------------------------------------------------------------

    def check_in(self, entry: Entry = WALT, *, lots=None, pays: bool = True, **more) -> CheckedIn:
        command = CheckIn(
            self.session_id, entry, tuple(lots or self.lots), rules_read=True, defects_told=True,
            **more,
        )  # fmt: skip
        done = commands.check_in(self.cleo.ctx, command)
        if pays:
            for lot in done.auction_ids:
                self.pay(lot, done)
        return done

    def pay(self, lot: int, done: CheckedIn) -> None:
        """The bank shows the guest's transfer."""
        mine = next(one for one in self.entered(lot) if one.paddle == str(done.paddle))
        with self.world.ctx.reading() as db:
            line = deposits.of_bidder(db, lot, organisation_id=mine.organisation_id)
        self.world.transfer(
            self.world.tao, line.reference, line.amount_minor,
            name=line.organisation_name, account=f"6222{mine.organisation_id:012d}",
        )  # fmt: skip
        self.world.deliver()

    def entered(self, lot: int):
        with self.world.ctx.reading() as db:
            return in_hall.entered(db, [lot])

    # -- the console --------------------------------------------------------------------------

    def board(self, lot: int | None = None):
        with self.world.ctx.reading() as db:
            return in_hall.hall_lot(db, lot or self.lot, now=self.world.clock())

    def up(self, lot: int | None = None, view: int | None = None) -> Up:
        lot = lot or self.lot
        return Up(self.session_id, lot, self.board(lot).view if view is None else view)

    def call(self, paddle: int, yuan: int, *, lot=None, view=None, key=None, by=None) -> HallAnswer:
        command = FloorBid(self.up(lot, view), paddle, yuan * YUAN, key or f"floor-{next(_keys)}")
        return commands.floor_bid((by or self.cleo).ctx, command)

    def warn(self, lot: int | None = None) -> HallAnswer:
        return commands.warn(self.cleo.ctx, self.up(lot))

    def sell(self, lot: int | None = None) -> HallAnswer:
        """Two warnings and the hammer."""
        assert self.warn(lot).done
        assert self.warn(lot).done
        return commands.hammer(self.world.hugo.ctx, self.up(lot))


FIRST = START // YUAN
NEXT = (START + STEP) // YUAN
