"""The demo's demands and the deals of the board."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.demo.cast import Cast
from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.demo.wares import FEN
from marketplace.exchange.demands.commands import (
    SaveDraft,
    SubmitDemand,
    decide,
    save_draft,
    submit,
)
from marketplace.exchange.demands.content import Content
from marketplace.review.queries import case, open_case_of
from marketplace.review.subjects import Decide
from marketplace.showcase.deals.steps import RecordDeal, record

REVIEWER, CLERK = "wenhao", "jilu"
WAYS = {"listed": "fixed", "negotiated": "negotiated", "auction": "tender", "sealed": "tender"}
"""The market's own sales are 挂牌竞价: none of the board's was a licensed 拍卖."""
KINDS = {"patent": "patent", "application": "patent", "secret": "achievement"}
_Doing = Callable[[datetime], None]


@dataclass
class Board:
    """Demands from their first line to the list, and deals on the day they were agreed."""

    stage: Stage
    cast: Cast
    lots: Mapping[str, str] = field(
        default_factory=lambda: {
            row["listing"]: row["key"] for row in rows("auction") if row["state"] == "sold"
        }
    )

    def steps(self) -> Iterator[Step]:
        """Everything that is done to every demand and deal."""
        for row in rows("demand"):
            yield Step(self._submitted_at(row), self._post(row))
            if row.get("state") != "submitted":
                shown = self.stage.days_ago(row["published_days_ago"], row["key"])
                yield Step(shown, self._publish(row))
        for row in rows("deal"):
            yield Step(self.stage.days_ago(row["days_ago"], ""), self._record(row))

    def first_needed(self) -> Iterator[tuple[str, datetime]]:
        """(organisation, instant) at which it must be verified to post a demand."""
        for row in rows("demand"):
            yield row["organisation"], self._submitted_at(row)

    def _submitted_at(self, row: Row) -> datetime:
        shown = self.stage.days_ago(row["published_days_ago"], row["key"])
        return shown if row.get("state") == "submitted" else shown - timedelta(hours=19)

    def _post(self, row: Row) -> _Doing:
        def post(at: datetime) -> None:
            ctx = self.stage.acting(row["by"], at)
            content = self._content(row)
            number = save_draft(ctx, SaveDraft(None, _typed(content)))
            submit(ctx, SubmitDemand(number, content))
            self.stage.ids["demand", row["key"]] = number

        return post

    def _publish(self, row: Row) -> _Doing:
        def publish(at: datetime) -> None:
            number = self.stage.ids["demand", row["key"]]
            ctx = self.stage.acting(REVIEWER, at)
            with ctx.reading() as db:
                waiting = case(db, open_case_of(db, "demand", number) or 0)
            decide(ctx, Decide(waiting.id, number, waiting.version, "approve"))

        return publish

    def _content(self, row: Row) -> Content:
        low, high = row.get("budget_from_yuan"), row.get("budget_to_yuan")
        return Content(
            title=row["title"]["zh"],
            text=row["text"]["zh"],
            wanted=row["wanted"]["zh"],
            cluster=row["cluster"],
            title_en=row["title"]["en"],
            keywords=tuple(row["keywords"]["zh"]),
            modes=tuple(row["modes"]),
            budget_low_minor=None if low is None else low * FEN,
            budget_high_minor=None if high is None else high * FEN,
            deadline=self.stage.today + timedelta(days=row["deadline_in_days"]),
        )

    def _record(self, row: Row) -> _Doing:
        def put(at: datetime) -> None:
            with self.stage.acting(CLERK, at).transaction() as tx:
                self.stage.ids["deal", row["key"]] = record(tx, self._deal(row))

        return put

    def _deal(self, row: Row) -> RecordDeal:
        lot = self.lots.get(row.get("listing", ""))
        auction = None if lot is None else self.stage.ids["auction", lot]
        listing = self.stage.ids["listing", row["listing"]] if "listing" in row else None
        start = row.get("start_yuan")
        return RecordDeal(
            origin="demo" if auction is None else "auction",
            origin_id=row["key"] if auction is None else str(auction),
            title=row["title"]["zh"],
            title_en=row["title"]["en"],
            kind=KINDS[row["subject"]],
            cluster=row["cluster"],
            mode=row["mode"],
            way=WAYS[row["pricing"]],
            price_minor=row["price_yuan"] * FEN,
            start_minor=None if start is None else start * FEN,
            agreed_on=self.stage.today - timedelta(days=row["days_ago"]),
            listing_id=listing,
            auction_id=auction,
            seller_name=self._name(row["seller"]),
            buyer_name=self._name(row["buyer"]) if "buyer" in row else "",
            registration_number=row.get("registration", ""),
        )

    def _name(self, organisation: str) -> str:
        name: str = self.cast.organisations[organisation]["name"]["zh"]
        return name


def _typed(content: Content) -> dict[str, Any]:
    """The demand as its form would have kept it."""
    plain = ("title", "title_en", "text", "wanted", "cluster")
    typed: dict[str, Any] = {name: getattr(content, name) for name in plain}
    typed |= {"keywords": "、".join(content.keywords), "modes": list(content.modes)}
    sums = {"budget_low": content.budget_low_minor, "budget_high": content.budget_high_minor}
    typed |= {name: f"{minor // FEN}" for name, minor in sums.items() if minor is not None}
    typed["deadline"] = content.deadline.isoformat() if content.deadline else ""
    return typed
