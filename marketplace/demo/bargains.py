"""The demo's deals in the market's own rooms: offered, shown, signed, paid, delivered, accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import literal, select

from marketplace.demo import bank, sheets
from marketplace.demo.bargain_papers import Papers, Sides
from marketplace.demo.cast import Cast
from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.demo.wares import FEN
from marketplace.kernel import files
from marketplace.kernel.context import Context
from marketplace.showcase.listings import queries as listings
from marketplace.trade.offers import commands as offers
from marketplace.trade.offers.rounds import Proposal
from marketplace.trade.orders import commands as orders
from marketplace.trade.orders import disputes, facts, queries
from marketplace.trade.orders.terms import DealTerms
from marketplace.trade.publicity import commands as publicity
from rules.days import local_date

PROCEDURE = (
    "公示期内任何单位和个人均可书面或者通过本页提出异议，写明姓名、联系方式和理由；"
    "学校在十个工作日内核实并书面答复。"
)
PLACES = {"university": "学校信息公开栏和科研处网站", "institute": "院务公开栏和研究院网站"}
OBJECTOR = ("何志远（演示）", "0575-00000088")
_Doing = Callable[[datetime], None]


@dataclass
class Bargains:
    """Every bargain of the content, as far as its dates go."""

    stage: Stage
    cast: Cast
    listings: Mapping[str, Row] = field(
        default_factory=lambda: {row["key"]: row for row in rows("listing")}
    )
    papers: Papers = field(init=False)

    def __post_init__(self) -> None:
        self.papers = Papers(self.stage, self.cast)

    def steps(self) -> Iterator[Step]:
        """Everything that is done in every bargain."""
        for row in rows("bargain"):
            sides, at = self._sides(row), row["at"]
            for name, days in at.items():
                for hours, doing in self._acts(row, sides, name):
                    instant = self.stage.days_ago(days) + timedelta(hours=hours)
                    yield Step(instant, doing)

    def first_needed(self) -> Iterator[tuple[str, datetime]]:
        """(organisation, instant) at which it must be verified to take part."""
        for row in rows("bargain"):
            first = self.stage.days_ago(max(row["at"].values()))
            yield self.cast.people[row["buyer"]]["organisation"], first

    def _sides(self, row: Row) -> Sides:
        seller = self.cast.seller_of(self.listings[row["listing"]]["seller"])
        return Sides(seller, row["buyer"])

    def _acts(self, row: Row, sides: Sides, name: str) -> list[tuple[float, _Doing]]:
        """(hours after the instant the content names, what is done then)."""
        papers = self.papers
        acts: dict[str, list[tuple[float, _Doing]]] = {
            "offered": [(0, lambda at: self._offer(row, at))],
            "countered": [(0, lambda at: self._counter(row, sides, at))],
            "declined": [(0, lambda at: self._decline(row, sides, at))],
            "agreed": [(0, lambda at: self._agree(row, sides, at))],
            "publicity": [(0, lambda at: self._show(row, sides, at))],
            "objected": [(0, lambda at: self._object(row, at))],
            "answered": [(0, lambda at: self._reply(row, sides, at))],
            "contract": [(0, lambda at: self._begin_contract(row, sides, at))],
            "proposed": [(0, lambda at: papers.propose(row, sides, at))],
            "signed": [
                (-6, lambda at: papers.propose(row, sides, at)),
                (-4, lambda at: papers.agree(row, sides, at)),
                (-1, lambda at: papers.sign(row, sides.seller, at)),
                (0, lambda at: papers.sign(row, sides.buyer, at)),
            ],
            "paid": [(0, lambda at: self._pay(row, at))],
            "delivered": [(0, lambda at: self._deliver(row, sides, at))],
            "accepted": [(0, lambda at: self._accept(row, at))],
            "certified": [(0, lambda at: self._certify(row, sides, at))],
            "disputed": [
                (0, lambda at: self._dispute(row, at)),
                (19, lambda at: self._say(row, sides, at)),
            ],
            "ended": [(0, lambda at: self._end(row, sides, at))],
            "applied": [(0, lambda at: papers.apply(row, sides, at))],
            "registered": [(0, lambda at: papers.register(row, sides, at))],
        }
        return acts[name]

    # -- to an agreement ------------------------------------------------------------------------

    def _terms(self, row: Row, yuan: int) -> DealTerms:
        licence = row.get("licence")
        if licence is None:
            return DealTerms("assignment", yuan * FEN)
        until = self.stage.today + timedelta(days=licence["until_in_days"])
        return DealTerms(
            "licence",
            yuan * FEN,
            licence_kind=licence["kind"],
            licence_area=licence["area"],
            licence_field=licence["field"],
            licence_until=until.isoformat(),
        )

    def _offer(self, row: Row, at: datetime) -> None:
        ctx, listing_id = self.stage.acting(row["buyer"], at), self._listing(row)
        with ctx.reading() as db:
            version = listings.lot_terms(db, listing_id).version
        said = Proposal(self._terms(row, row["offered_yuan"]), row["message"]["zh"], days=30)
        made = offers.make_offer(ctx, offers.MakeOffer(listing_id, version, said))
        self.stage.ids["offer", row["key"]] = made

    def _counter(self, row: Row, sides: Sides, at: datetime) -> None:
        yuan = row.get("countered_yuan") or row["price_yuan"]
        words = row.get("answer", {}).get("zh", "已按贵方产量折算，含一次现场指导。")
        said = Proposal(self._terms(row, yuan), words, days=30)
        command = offers.Counter(self.stage.ids["offer", row["key"]], 1, said)
        offers.counter(self.stage.acting(sides.seller, at), command)

    def _decline(self, row: Row, sides: Sides, at: datetime) -> None:
        command = offers.End(self.stage.ids["offer", row["key"]], 1, row["why"])
        offers.decline(self.stage.acting(sides.seller, at), command)

    def _agree(self, row: Row, sides: Sides, at: datetime) -> None:
        """The buyer accepts what was countered, the seller a plain offer; or it is bought."""
        if row["way"] == "bought":
            ctx, listing_id = self.stage.acting(row["buyer"], at), self._listing(row)
            with ctx.reading() as db:
                version = listings.lot_terms(db, listing_id).version
            licence = row.get("licence", {})
            mode = "licence" if licence else "assignment"
            command = offers.Buy(listing_id, version, mode, licence.get("kind", ""))
            self.stage.ids["order", row["key"]] = offers.buy(ctx, command)
            return
        countered = "countered" in row["at"]
        ctx = self.stage.acting(sides.buyer if countered else sides.seller, at)
        accepted = offers.Accept(self.stage.ids["offer", row["key"]], 2 if countered else 1)
        self.stage.ids["order", row["key"]] = offers.accept(ctx, accepted)

    def _show(self, row: Row, sides: Sides, at: datetime) -> None:
        house = self.cast.organisations[self.cast.people[sides.seller]["organisation"]]
        told = row["publicity"]
        command = publicity.Start(
            self.stage.ids["order", row["key"]],
            summary=self.listings[row["listing"]]["summary"]["zh"],
            basis=told["basis"],
            completers=tuple(told["completers"]),
            related=False,
            related_note="",
            procedure=PROCEDURE,
            contact=f"技术转移中心，{house['phone']}",
            unit_place=PLACES[house["kind"]],
            unit_from=local_date(at),
        )
        shown = publicity.start(self.stage.acting(sides.seller, at), command)
        self.stage.ids["publicity", row["key"]] = shown

    def _object(self, row: Row, at: datetime) -> None:
        shown, said = self.stage.ids["publicity", row["key"]], row["publicity"]["objection"]
        number = publicity.object_to(self.stage.at(at), publicity.Object(shown, *OBJECTOR, said))
        self.stage.ids["objection", row["key"]] = number

    def _reply(self, row: Row, sides: Sides, at: datetime) -> None:
        shown, number = (self.stage.ids[what, row["key"]] for what in ("publicity", "objection"))
        command = publicity.Reply(shown, number, upheld=False, text=row["publicity"]["answer"])
        publicity.reply(self.stage.acting(sides.seller, at), command)

    def _begin_contract(self, row: Row, sides: Sides, at: datetime) -> None:
        """The order of a lot was opened by its closing: it is looked up here."""
        if row["way"] == "auction":
            ctx = self.stage.acting(sides.seller, at)
            with ctx.reading() as db:
                house = ctx.actor.organisation_id if ctx.actor else None
                key = facts.key_of_listing(literal(self._listing(row)), house or 0)
                number = db.scalar(select(key))
            if number is None:
                raise LookupError(row["key"])
            self.stage.ids["order", row["key"]] = number
        self.papers.open(row, sides, at)

    # -- from the signature to the money --------------------------------------------------------

    def _pay(self, row: Row, at: datetime) -> None:
        page = self._page(row, self.stage.acting(row["buyer"], at))
        transfer = bank.Transfer(
            row["buyer"],
            page.line.buyer_name,
            page.asked_minor,
            f"{page.reference} 技术交易款",
            f"DEMO-DD{page.line.id:04d}",
        )
        bank.come(self.stage, at, transfer)

    def _deliver(self, row: Row, sides: Sides, at: datetime) -> None:
        self._attach(row, sides.seller, at, purpose="delivery", title="技术资料移交清单")
        ctx = self.stage.acting(sides.seller, at)
        said = orders.Deliver(self._order(row), self._page(row, ctx).version, row["materials"])
        orders.deliver(ctx, said)

    def _accept(self, row: Row, at: datetime) -> None:
        ctx = self.stage.acting(row["buyer"], at)
        version = self._page(row, ctx).version
        orders.judge(ctx, orders.Judge(self._order(row), version, accepted=True))

    def _certify(self, row: Row, sides: Sides, at: datetime) -> None:
        self._attach(row, sides.seller, at, purpose="certificate", title="手续合格通知书")
        ctx = self.stage.acting(sides.seller, at)
        page = self._page(row, ctx)
        number = row.get("certificate") or f"手续合格通知书 {local_date(at):%Y%m}0017"
        shown = orders.ShowCertificate(
            page.line.id, page.version, number, local_date(at), page.line.buyer_name
        )
        orders.show_certificate(ctx, shown)

    def _dispute(self, row: Row, at: datetime) -> None:
        self._attach(row, row["buyer"], at, purpose="evidence", title="复测记录")
        ctx = self.stage.acting(row["buyer"], at)
        raised = disputes.Dispute(self._order(row), self._page(row, ctx).version, row["dispute"])
        disputes.dispute(ctx, raised)

    def _say(self, row: Row, sides: Sides, at: datetime) -> None:
        ctx = self.stage.acting(sides.seller, at)
        orders.say(ctx, orders.Say(self._order(row), row["reply"]))

    def _end(self, row: Row, sides: Sides, at: datetime) -> None:
        """The seller proposes the end of the deal, the buyer agrees: the money goes back."""
        for person, why in zip((sides.seller, row["buyer"]), row["ended_why"], strict=True):
            ctx = self.stage.acting(person, at)
            version = self._page(row, ctx).version
            orders.cancel(ctx, orders.Cancel(self._order(row), version, why))

    def _attach(self, row: Row, person: str, at: datetime, *, purpose: str, title: str) -> None:
        """A page with what it stands for, kept as an upload is."""
        ctx, listing = self.stage.acting(person, at), self.listings[row["listing"]]
        content = sheets.handed_over(title, listing, row.get("materials", ""))
        kept = files.put(ctx.settings, content, area="orders")
        command = orders.Attach(
            self._order(row), purpose, f"{title}（演示）.pdf", "application/pdf",
            kept.size, kept.sha256, kept.key,
        )  # fmt: skip
        orders.attach(ctx, command)

    # -- where it stands ------------------------------------------------------------------------

    def _listing(self, row: Row) -> int:
        return self.stage.ids["listing", row["listing"]]

    def _order(self, row: Row) -> int:
        return self.stage.ids["order", row["key"]]

    def _page(self, row: Row, ctx: Context) -> queries.OrderPage:
        if ctx.actor is None:
            raise LookupError(row["key"])
        with ctx.reading() as db:
            return queries.page(db, ctx.actor, self._order(row))
