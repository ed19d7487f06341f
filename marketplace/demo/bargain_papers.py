"""The demo's contracts: opened, filled in, proposed, agreed, signed by both, registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.demo.cast import Cast
from marketplace.demo.content import Row
from marketplace.demo.history import Stage
from marketplace.demo.wares import FEN
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Unavailable
from marketplace.trade.contracts import commands, queries
from marketplace.trade.contracts.forms_of_law import form_of
from rules.days import local_date

REASONS = {
    "state_warns": "尚未授权，风险由双方按合同约定承担。",
    "status_stale": "签约前双方共同查询登记簿，状态未变。",
    "fee_in_grace": "滞纳期年费由卖方在登记前缴清。",
}
REASON = "双方已知悉并书面确认。"
SUBCATEGORY = {"assignment": "专利权转让", "licence": "专利实施许可"}


@dataclass(frozen=True, slots=True)
class Sides:
    """Who signs: the keys of the seller's and of the buyer's person."""

    seller: str
    buyer: str


@dataclass
class Papers:
    """What the two sides do with the contract of one bargain."""

    stage: Stage
    cast: Cast

    def open(self, row: Row, sides: Sides, at: datetime) -> None:
        """The seller begins the contract and fills in its blanks."""
        ctx = self.stage.acting(sides.seller, at)
        order_id = self.stage.ids["order", row["key"]]
        number = commands.open_contract(ctx, commands.OpenContract(order_id))
        self.stage.ids["contract", row["key"]] = number
        page = self._page(ctx, number)
        names = form_of(page.kind).blanks
        typed = {key: text for key, text in self._blanks(row, sides).items() if key in names}
        commands.fill(ctx, commands.Fill(number, page.newest, typed))

    def propose(self, row: Row, sides: Sides, at: datetime) -> None:
        """The seller puts the draft before the buyer."""
        ctx, number = self.stage.acting(sides.seller, at), self.stage.ids["contract", row["key"]]
        commands.propose(ctx, commands.Agree(number, self._page(ctx, number).newest))

    def agree(self, row: Row, sides: Sides, at: datetime) -> None:
        """The buyer agrees, and the file to sign is fixed."""
        ctx, number = self.stage.acting(sides.buyer, at), self.stage.ids["contract", row["key"]]
        commands.agree(ctx, commands.Agree(number, self._page(ctx, number).newest))
        page = self._page(ctx, number)
        reasons = {one.code: REASONS.get(one.code, REASON) for one in page.findings}
        commands.open_signing(ctx, commands.OpenSigning(number, page.newest, reasons))

    def sign(self, row: Row, person: str, at: datetime) -> None:
        """One side signs the file that is fixed."""
        ctx, number = self.stage.acting(person, at), self.stage.ids["contract", row["key"]]
        page = self._page(ctx, number)
        if page.paper is None or page.paper.sha256 is None:
            raise Unavailable("demo.no_file_to_sign", bargain=row["key"])
        name = ctx.actor.name if ctx.actor else ""
        command = commands.Sign(
            number, page.newest, page.paper.sha256, name, has_read=True, accepts_licences=True
        )
        commands.sign(ctx, command)

    def apply(self, row: Row, sides: Sides, at: datetime) -> None:
        """The seller sends the contract to the registering office."""
        ctx, number = self.stage.acting(sides.seller, at), self.stage.ids["contract", row["key"]]
        listing = self._listing_words(row)
        fields = {
            "subcategory": SUBCATEGORY.get(listing["mode"], ""),
            "technical_field": "先进制造",
            "social_goal": "工商业发展",
            "industry": "制造业",
            "handler": self._name(sides.seller),
            "annexes": "合同文本、技术资料清单",
        }
        technical = row["registration"]["technical_yuan"] * FEN
        commands.fill_registration(ctx, commands.FillRegistration(number, fields, technical))
        day = local_date(at)
        commands.record_registration(ctx, commands.RecordRegistration(number, "accepted", day))

    def register(self, row: Row, sides: Sides, at: datetime) -> None:
        """The office has registered it."""
        ctx, number = self.stage.acting(sides.seller, at), self.stage.ids["contract", row["key"]]
        answer = commands.RecordRegistration(
            number, "registered", local_date(at), number=row["registration"]["number"]
        )
        commands.record_registration(ctx, answer)

    # -- what is written ------------------------------------------------------------------------

    def _page(self, ctx: Context, number: int) -> queries.ContractPage:
        with ctx.reading() as db:
            return queries.page(db, queries.Asked(number, ctx.actor, ctx.clock()))

    def _blanks(self, row: Row, sides: Sides) -> Mapping[str, str]:
        licence = row.get("licence", {})
        until = self.stage.today + timedelta(days=licence.get("until_in_days", 0))
        seller, buyer = self._house(sides.seller), self._house(sides.buyer)
        return {
            "seller_address": seller["address"]["zh"],
            "buyer_address": buyer["address"]["zh"],
            "seller_contact": f"{self._name(sides.seller)}，{seller['phone']}",
            "buyer_contact": f"{self._name(sides.buyer)}，{buyer['phone']}",
            "place": buyer["address"]["zh"],
            "materials": row["materials"],
            "acceptance": row["acceptance"],
            "licence_area": licence.get("area", ""),
            "licence_field": licence.get("field", ""),
            "licence_until": until.isoformat() if licence else "",
        }

    def _listing_words(self, row: Row) -> Mapping[str, str]:
        return {"mode": "licence" if "licence" in row else "assignment"}

    def _house(self, person: str) -> Row:
        return self.cast.organisations[self.cast.people[person]["organisation"]]

    def _name(self, person: str) -> str:
        name: str = self.cast.people[person]["name"]["zh"]
        return name
