"""The demo's sessions: their lots announced, put in order, and the catalogue published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.demo.lots import AUCTIONEER, REASON, Lots
from marketplace.trade.auctions import commands as auctions
from marketplace.trade.auctions import drafts
from marketplace.trade.sessions import commands as sessions

CLERK = "jilu"
_Doing = Callable[[datetime], None]


@dataclass
class Halls:
    """Every session of the content."""

    stage: Stage
    lots: Lots

    def steps(self) -> Iterator[Step]:
        """Each lot's notice, then its session."""
        for row in rows("hall_lot"):
            yield Step(self.stage.minutes(row["notice_at"]), self._announce_lot(row))
        for row in rows("session"):
            yield Step(self.stage.minutes(row["announced_at"]), self._announce(row))

    def _announce_lot(self, row: Row) -> _Doing:
        def announce(at: datetime) -> None:
            ctx, ids = self.stage.acting(AUCTIONEER, at), self.stage.ids
            draft = auctions.DraftAuction(ids["listing", row["listing"]], self.lots.terms(row))
            number = auctions.draft_auction(ctx, draft)
            with ctx.reading() as db:
                _auction, found = drafts.checked(db, ctx, auction_id=number)
            reasons = {one.code: REASON for one in found if not one.blocks}
            auctions.publish_notice(ctx, auctions.PublishNotice(number, reasons))
            ids["hall_lot", row["key"]] = number

        return announce

    def _announce(self, row: Row) -> _Doing:
        def announce(at: datetime) -> None:
            ctx, ids = self.stage.acting(AUCTIONEER, at), self.stage.ids
            plan = sessions.PlanSession(
                title=row["title"]["zh"],
                title_en=row["title"]["en"],
                venue=row["venue"],
                mode=row["mode"],
                place=row["place"],
                running=row["running"],
                starts_at=self.stage.minutes(row["starts_at"]),
                auctioneer_id=ids["person", AUCTIONEER],
                clerk_id=ids["person", CLERK],
            )
            number = sessions.plan_session(ctx, plan)
            for key in row["lots"]:
                sessions.add_lot(ctx, number, auction_id=ids["hall_lot", key])
            sessions.announce_session(ctx, number)

        return announce
