"""The demo's auctions: noticed, signed up for, paid, bid, closed and settled in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from marketplace.demo import bank, seals
from marketplace.demo.cast import Cast
from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.demo.wares import FEN
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.options import OPTIONS, ChangeOption, change_option
from marketplace.trade.auctions import commands, drafts, queries
from marketplace.trade.auctions.commands import PlaceBid, PublishNotice, SignUp, Terms
from marketplace.trade.auctions.terms import Licence, Medium
from marketplace.treasury.deposits import queries as deposits

AUCTIONEER, ADMINISTRATOR = "lin", "adam"
ACCOUNT = "沃洲村镇银行（演示），户名：竞价保证金监管专户，账号尾号 0031"
SOFT_CLOSE = "soft_close_seconds"
LEAVING = {"lot-weft-feeder": "leng"}
"""Signed up and paid, and asked to be let go before the opening: the deposit is owed back."""
LEAVES_AT, LEAVING_PAID_AT = -360, -1_900
LEAVING_WHY = "竞买人在开始前书面申请退出，已核对单位印章。"
FOLLOWED = (("bob", "lot-eev-needle"), ("carol", "lot-weft-feeder"), ("alice", "lot-vitamin-e"))
HIDES_NAME = frozenset({"lot-lyoprotectant"})
"""The winner asked for secrecy, as the deals board shows it (L22)."""
REASONS = {
    "status_stale": "公告前已由卖方重新查询，状态未变。",
    "run_too_short": "标的金额较小，参与人已在公告期内充分了解。",
}
REASON = "已核对材料并在公告中披露。"
LOTS = (*rows("auction"), *rows("format_lot"))
_Doing = Callable[[datetime], None]


@dataclass
class Lots:
    """Every lot of the content, from its draft to the return of the deposits."""

    stage: Stage
    cast: Cast
    listings: Mapping[str, Row] = field(
        default_factory=lambda: {row["key"]: row for row in rows("listing")}
    )

    def steps(self) -> Iterator[Step]:
        """Everything that is done to every lot."""
        for row in LOTS:
            minutes = self.stage.minutes
            yield Step(minutes(row["notice_at"] - 180), self._draft(row))
            yield Step(minutes(row["notice_at"]), self._publish(row))
            yield from self._signups(row)
            yield from self._bids(row)
            yield from self._seals(row)
            if row["state"] in ("sold", "unsold"):
                yield from self._end(row)
            if row["key"] in LEAVING:
                yield from self._leaving(row, LEAVING[row["key"]])
        for person, lot in FOLLOWED:
            yield Step(self.stage.minutes(-1_000), self._follow(person, lot))

    def first_needed(self) -> Iterator[tuple[str, datetime]]:
        """(organisation, instant) at which it must be verified to sign up."""
        for row in LOTS:
            people = [one["person"] for one in row["signups"]]
            people += [LEAVING[row["key"]]] if row["key"] in LEAVING else []
            for person in people:
                house = self.cast.people[person]["organisation"]
                yield house, self.stage.minutes(row["notice_at"])

    def _signups(self, row: Row) -> Iterator[Step]:
        """One after the other between the notice and the opening, each paid soon after."""
        begin, end = row["notice_at"], min(row["opens_at"], -120)
        share = (end - begin) / (len(row["signups"]) + 2)
        for place, one in enumerate(row["signups"], start=1):
            at = self.stage.minutes(begin + share * place)
            yield Step(at, self._sign_up(row, one["person"]))
            if one["deposit"] != "pending":
                paid = at + timedelta(minutes=min(190, share / 2))
                yield Step(paid, self._pay(row, one["person"]))

    def _bids(self, row: Row) -> Iterator[Step]:
        for place, bid in enumerate(row["bids"], start=1):
            yield Step(self.stage.minutes(bid["at"]), self._bid(row, bid, place))

    def _seals(self, row: Row) -> Iterator[Step]:
        for place, one in enumerate(row.get("seals", ()), start=1):
            yield Step(
                self.stage.minutes(one["at"]), seals.seal_bid(self.stage, row, one, place=place)
            )

    def _end(self, row: Row) -> Iterator[Step]:
        ends = self.stage.minutes(row["expect"].get("ends_at", row["ends_at"]))
        yield Step(ends + timedelta(seconds=4), self._close(row))
        if any(one["deposit"] == "released" for one in row["signups"]):
            yield Step(ends + timedelta(hours=2), self._send_back)
            yield Step(ends + timedelta(hours=3), self._bank_pays)

    def _leaving(self, row: Row, person: str) -> Iterator[Step]:
        yield Step(self.stage.minutes(LEAVING_PAID_AT - 60), self._sign_up(row, person))
        yield Step(self.stage.minutes(LEAVING_PAID_AT), self._pay(row, person))
        yield Step(self.stage.minutes(LEAVES_AT), self._refuse(row, person))

    # -- what is done ---------------------------------------------------------------------------

    def _draft(self, row: Row) -> _Doing:
        def draft(at: datetime) -> None:
            listing_id = self.stage.ids["listing", row["listing"]]
            command = commands.DraftAuction(listing_id, self.terms(row))
            ctx = self.stage.acting(AUCTIONEER, at)
            self.stage.ids["auction", row["key"]] = commands.draft_auction(ctx, command)

        return draft

    def _publish(self, row: Row) -> _Doing:
        def publish(at: datetime) -> None:
            ctx, number = self.stage.acting(AUCTIONEER, at), self.stage.ids["auction", row["key"]]
            with ctx.reading() as db:
                _auction, found = drafts.checked(db, ctx, auction_id=number)
            reasons = {one.code: REASONS.get(one.code, REASON) for one in found if not one.blocks}
            seconds = row.get(SOFT_CLOSE)
            if seconds is not None:
                self._change_soft_close(seconds, at)
            commands.publish_notice(ctx, PublishNotice(number, reasons))
            if seconds is not None:
                self._change_soft_close(OPTIONS[SOFT_CLOSE].default, at)

        return publish

    def _change_soft_close(self, seconds: int, at: datetime) -> None:
        why = "演示：本场按公告约定的顺延时间办理，公告后恢复。"
        change_option(self.stage.acting(ADMINISTRATOR, at), ChangeOption(SOFT_CLOSE, seconds, why))

    def _sign_up(self, row: Row, person: str) -> _Doing:
        def apply(at: datetime) -> None:
            hides = row["key"] in HIDES_NAME and person == row["expect"]["leader"]
            command = SignUp(
                self.stage.ids["auction", row["key"]],
                version=1,
                accepts_rules=True,
                accepts_defects=True,
                hides_name=hides,
            )
            commands.sign_up(self.stage.acting(person, at), command)

        return apply

    def _pay(self, row: Row, person: str) -> _Doing:
        def pay(at: datetime) -> None:
            deposit = self._deposit(row, person)
            transfer = bank.Transfer(
                person,
                deposit.organisation_name,
                deposit.amount_minor,
                f"保证金 {deposit.reference}",
                f"DEMO{deposit.id:06d}{at:%y%m%d}",
            )
            bank.come(self.stage, at, transfer)

        return pay

    def _bid(self, row: Row, bid: Row, place: int) -> _Doing:
        def place_bid(at: datetime) -> None:
            command = PlaceBid(
                self.stage.ids["auction", row["key"]],
                maximum_minor=bid["max_yuan"] * FEN,
                key=f"demo-{row['key']}-{place}",
                confirmed=True,
            )
            answer = commands.place_bid(self.stage.acting(bid["person"], at), command)
            if not answer.accepted:
                why = answer.bar or answer.reason
                raise Unavailable("demo.bid_refused", lot=row["key"], bid=place, why=why)

        return place_bid

    def _close(self, row: Row) -> _Doing:
        def close(at: datetime) -> None:
            number = self.stage.ids["auction", row["key"]]
            if not commands.close_if_due(self.stage.at(at), number):
                raise Unavailable("demo.not_closed", lot=row["key"])

        return close

    def _send_back(self, at: datetime) -> None:
        """Two treasurers: one approves what is above the limit, the other sends everything."""
        bank.approve_all(self.stage, at)
        bank.send(self.stage, at)

    def _bank_pays(self, at: datetime) -> None:
        bank.carry_out(self.stage, at)

    def _refuse(self, row: Row, person: str) -> _Doing:
        def refuse(at: datetime) -> None:
            ctx, number = self.stage.acting(AUCTIONEER, at), self.stage.ids["auction", row["key"]]
            house = self.stage.houses[person]
            with ctx.reading() as db:
                applied = queries.applicants(db, _auctioneer(ctx), auction_id=number)
            (signup,) = (one for one in applied if one.organisation_id == house)
            commands.refuse_bidder(ctx, commands.RefuseBidder(number, signup.id, LEAVING_WHY))

        return refuse

    def _follow(self, person: str, lot: str) -> _Doing:
        def follow(at: datetime) -> None:
            command = commands.WatchAuction(self.stage.ids["auction", lot], follow=True)
            commands.watch(self.stage.acting(person, at), command)

        return follow

    def _deposit(self, row: Row, person: str) -> deposits.DepositLine:
        number, house = self.stage.ids["auction", row["key"]], self.stage.houses[person]
        with self.stage.ctx.reading() as db:
            found = deposits.of_bidder(db, number, organisation_id=house)
        if found is None:
            raise LookupError(f"{row['key']} {person}")
        return found

    # -- the terms ------------------------------------------------------------------------------

    def terms(self, row: Row) -> Terms:
        """What the notice of a row fixes."""
        minutes = self.stage.minutes
        reserve, valuation = row.get("reserve_yuan"), row.get("valuation_yuan")
        return Terms(
            mode=row["mode"],
            place=row.get("place", "web"),
            format=row.get("format", "english"),
            format_terms=row.get("format_terms", {}),
            start_minor=row["start_yuan"] * FEN,
            ladder=tuple((low * FEN, step * FEN) for low, step in row["ladder"]),
            deposit_minor=row["deposit_yuan"] * FEN,
            opens_at=minutes(row["opens_at"]),
            ends_at=minutes(row["ends_at"]),
            display_from=minutes(row["display_from"]),
            display_place=row["display_place"]["zh"],
            formalities=row["formalities"]["zh"],
            remarks=row["remarks"]["zh"],
            defects=row["defects"]["zh"],
            deposit_account=ACCOUNT,
            reserve_minor=None if reserve is None else reserve * FEN,
            valuation_minor=None if valuation is None else valuation * FEN,
            commission_hundredths=row["commission_hundredths"],
            viewing_dates=tuple(
                self.stage.today + timedelta(days=days) for days in row.get("viewing_days", ())
            ),
            licence=self._licence(row["licence"]) if "licence" in row else None,
            medium=self._medium(row["medium"]) if "medium" in row else None,
            consignment=self._consignment(row.get("consignment", {})),
        )

    def _licence(self, row: Row) -> Licence:
        company = self.cast.organisations[row["company"]]
        return Licence(
            company_name=company["name"]["zh"],
            company_code=company["code"],
            licence_number=row["licence_number"],
            licence_expires_on=self.stage.today + timedelta(days=row["licence_expires_in_days"]),
            auctioneer_name=row["auctioneer_name"],
            auctioneer_certificate=row["auctioneer_certificate"],
        )

    def _medium(self, row: Row) -> Medium:
        published = self.stage.today - timedelta(days=row["published_days_ago"])
        return Medium(row["name"], published, row["proof"])

    def _consignment(self, row: Row) -> dict[str, str]:
        """The nine items, and the two days of signing as dates (L6)."""
        signed = {
            name.replace("_days_ago", "_on"): f"{self.stage.today - timedelta(days=value)}"
            for name, value in row.items()
            if name.endswith("_days_ago")
        }
        texts = {name: value for name, value in row.items() if not name.endswith("_days_ago")}
        return texts | signed


def _auctioneer(ctx: Context) -> Actor:
    if ctx.actor is None:
        raise LookupError(AUCTIONEER)
    return ctx.actor
