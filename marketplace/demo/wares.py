"""A listing of the content as the seller would have typed it on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.demo.content import Row, filing_date, last_paid_year
from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    ListingContent,
    Overlay,
    Owner,
    PatentFacts,
)
from rules.enumerations import PatentState
from rules.fee_clock import FeeCase, fee_state

SOURCE = "中国及多国专利审查信息查询（演示）"
POLICIES = {"broker": "broker", "members": "signed_in"}
ANSWERS = {"open": "asked", "waived": "waived"}
FEN = 100


@dataclass(frozen=True, slots=True)
class Ware:
    """A row of the content with what must be known beside it.

    ``today`` is the day of loading, from which the content counts; ``on`` the day of the
    submission, on which the right may have stood differently.
    """

    row: Row
    houses: Mapping[str, Row]
    today: date
    on: date
    start_yuan: int | None = None

    def content(self) -> ListingContent:
        """The whole listing in the market's terms."""
        row = self.row
        price = row.get("price_yuan", self.start_yuan)
        base = row.get("base_price_yuan")
        basis = row.get("base_price_basis")
        texts = ("problem", "solution", "advantage", "economics", "defects")
        return ListingContent(
            kind=row["kind"],
            title=row["title"]["zh"],
            title_en=row["title"]["en"],
            summary=row["summary"]["zh"],
            summary_en=row["summary"]["en"],
            **{name: row[name]["zh"] for name in texts},
            industries=tuple(row["industries"]),
            cluster=row["cluster"],
            ipc=() if self._is_design else tuple(row.get("ipc", ())),
            locarno=tuple(row.get("locarno", ())),
            trl=row["trl"],
            step=row["step"],
            keywords=tuple(row["keywords"]["zh"]),
            patent=self._patent() if "patent" in row else None,
            owners=tuple(self._owner(one) for one in row["owners"]),
            inventors=tuple(row["inventors"]),
            service_result=any(one["ground"] == "completer" for one in self._preferred),
            overlays=tuple(self._overlay(one) for one in row.get("overlays", ())),
            licences=tuple(self._licence(one) for one in row.get("licences_granted", ())),
            first_refusal=tuple(
                FirstRefusal(one["name"]["zh"], one["ground"]) for one in self._preferred
            ),
            transfer_modes=tuple(row["modes"]),
            licence_kinds=tuple(row.get("licences", ())),
            pricing_mode=row["pricing"],
            price_minor=None if price is None else price * FEN,
            base_price_minor=None if base is None else base * FEN,
            base_price_basis=basis["zh"] if basis else "",
            contact_policy=POLICIES[row["contact"]],
        )

    def answers(self) -> list[tuple[str, str, str]]:
        """(party, name, answer) of everybody who had to be asked (L53, L62, L63)."""
        others = [one for one in self.row["owners"] if one["party"] != self.row["seller"]]
        return [
            *(("owner", self._name(one["party"]), "consented") for one in others),
            *(
                ("first_refusal", one["name"]["zh"], ANSWERS[one["answer"]])
                for one in self._preferred
            ),
            *(
                ("pledgee", one["holder"]["zh"], "consented")
                for one in self.row.get("overlays", ())
                if one.get("consent")
            ),
        ]

    def status(self, on: date) -> str:
        """The legal status that a look-up on that day would have shown."""
        stated: str = self.row["patent"]["status"]
        if on >= self.today or stated in (PatentState.GRANTED, PatentState.INVALID_PART):
            return stated
        if stated not in (PatentState.GRACE, PatentState.LAPSED_RESTORABLE):
            return stated
        patent, filed = self.row["patent"], filing_date(self.row["patent"], self.today)
        paid = last_paid_year(patent, self.today)
        state = fee_state(FeeCase(patent["kind"], filed, patent["granted"], paid), on)
        return str(PatentState.GRACE if state.in_grace else PatentState.GRANTED)

    @property
    def _preferred(self) -> list[Row]:
        return list(self.row.get("first_refusal", ()))

    @property
    def _is_design(self) -> bool:
        return bool(self.row.get("patent", {}).get("kind") == "D")

    def _name(self, house: str) -> str:
        name: str = self.houses[house]["name"]["zh"]
        return name

    def _owner(self, row: Row) -> Owner:
        code = self.houses[row["party"]]["code"]
        return Owner(self._name(row["party"]), row["share"] * 100, code)

    def _patent(self) -> PatentFacts:
        patent = self.row["patent"]
        return PatentFacts(
            number=patent["number"],
            patent_kind=patent["kind"],
            filed_on=filing_date(patent, self.today),
            granted_on=patent.get("granted"),
            legal_status=self.status(self.on),
            status_checked_on=self.on - timedelta(days=2),
            status_source=SOURCE,
            last_paid_year=last_paid_year(patent, self.today),
            reduction=patent.get("reduction", ""),
            has_evaluation_report=bool(patent.get("evaluation_report")),
        )

    def _overlay(self, row: Row) -> Overlay:
        return Overlay(
            kind=row["kind"],
            holder=row["holder"]["zh"],
            until=self.today + timedelta(days=row["ends_in_days"]),
            amount_minor=row["amount_yuan"] * FEN if "amount_yuan" in row else None,
            note=row["note"]["zh"],
        )

    def _licence(self, row: Row) -> LicenceGranted:
        return LicenceGranted(
            kind=row["kind"],
            licensee=row["licensee"]["zh"],
            until=self.today + timedelta(days=row["ends_in_days"]),
            use=row["note"]["zh"],
        )
