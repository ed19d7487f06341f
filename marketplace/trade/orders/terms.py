"""What two parties agree on: price form, stages, royalty, mode; one frozen value, kept as JSON.

Offers propose it, auctions fill it in, orders keep it, contracts print it (民法典 845, 846; L52).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from marketplace.kernel.errors import Invalid
from rules.enumerations.deals import LICENCE_KINDS, TRANSFER_MODES

MOST_STAGES = 8
WHOLE = 10_000
"""The shares of the stages are basis points of the price and add up to this."""
LARGEST_MINOR = 10**13
TEXT_LENGTH = 2_000


class PriceForm(StrEnum):
    """How the price is paid (民法典 846)."""

    ONE_SUM = "one_sum"
    STAGES = "stages"
    ENTRY_ROYALTY = "entry_royalty"


class RoyaltyBase(StrEnum):
    """What the share is taken from (民法典 846)."""

    PRICE = "price"
    OUTPUT = "output"
    PROFIT = "profit"
    SALES = "sales"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the price: its share in basis points, what must be delivered and by when.

    ``days`` count from the payment. ``needs_certificate``: paid out only once the office has
    registered the change (专利法 10: an assignment takes effect on registration; L21).
    """

    title: str
    basis_points: int
    delivers: str
    days: int = 30
    needs_certificate: bool = False


@dataclass(frozen=True, slots=True)
class Royalty:
    """提成: ``rates`` are (year from 1, basis points), rising, falling or fixed (L52).

    ``statement_months``: how often sales are declared; ``audit``: how the books may be seen.
    """

    base: RoyaltyBase
    rates: tuple[tuple[int, int], ...]
    years: int
    statement_months: int = 6
    audit: str = ""


@dataclass(frozen=True, slots=True)
class DealTerms:
    """The whole of what was agreed. ``price_minor`` in fen: the sum, or the entry fee (入门费).

    ``mode`` and ``licence_kind`` are values of ``rules.enumerations``; ``licence_*`` say where,
    for what and until when (ISO date) a licence runs.
    """

    mode: str
    price_minor: int
    price_form: PriceForm = PriceForm.ONE_SUM
    stages: tuple[Stage, ...] = field(default_factory=tuple)
    royalty: Royalty | None = None
    licence_kind: str = ""
    licence_area: str = ""
    licence_field: str = ""
    licence_until: str = ""
    sublicence: bool = False
    text: str = ""

    def planned(self) -> tuple[Stage, ...]:
        """The stages, or for one sum the single one that follows from the mode."""
        if self.stages:
            return self.stages
        certificate = self.mode == "assignment"
        return (Stage("全部价款", WHOLE, "技术资料及全部手续", needs_certificate=certificate),)

    def to_json(self) -> dict[str, Any]:
        """As a column keeps it."""
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> DealTerms:
    """Back from the column."""
    values = dict(kept)
    values["price_form"] = PriceForm(values["price_form"])
    values["stages"] = tuple(Stage(**stage) for stage in values["stages"])
    royalty = values["royalty"]
    if royalty is not None:
        rates = tuple((int(year), int(points)) for year, points in royalty["rates"])
        values["royalty"] = Royalty(**{**royalty, "base": RoyaltyBase(royalty["base"]),
                                       "rates": rates})  # fmt: skip
    return DealTerms(**values)


def ask_sound(terms: DealTerms, *, allowed_modes: Sequence[str]) -> DealTerms:
    """The terms if they are whole; raises Invalid with ``errors`` by field name.

    ``allowed_modes`` are the ways the listing offers. An unstated licence kind is a plain
    licence (L55).
    """
    errors = {
        name: [code]
        for name, code in (
            ("mode", _mode_wrong(terms, allowed_modes)),
            ("price", _price_wrong(terms)),
            ("stages", _stages_wrong(terms)),
            ("royalty", _royalty_wrong(terms)),
            ("text", "orders.too_long" if len(terms.text) > TEXT_LENGTH else ""),
        )
        if code
    }
    if errors:
        raise Invalid("orders.terms_unsound", errors=errors)
    return terms


def _mode_wrong(terms: DealTerms, allowed: Sequence[str]) -> str:
    if terms.mode not in TRANSFER_MODES or (allowed and terms.mode not in allowed):
        return "orders.mode_not_offered"
    if terms.licence_kind and terms.licence_kind not in LICENCE_KINDS:
        return "orders.licence_kind_unknown"
    return ""


def _price_wrong(terms: DealTerms) -> str:
    price = terms.price_minor
    whole = isinstance(price, int) and not isinstance(price, bool)
    return "" if whole and 0 < price <= LARGEST_MINOR else "orders.price_wrong"


def _stages_wrong(terms: DealTerms) -> str:
    if terms.price_form is not PriceForm.STAGES:
        return "orders.stages_unasked" if terms.stages else ""
    if not 2 <= len(terms.stages) <= MOST_STAGES:
        return "orders.stages_count"
    if any(stage.basis_points <= 0 for stage in terms.stages):
        return "orders.stage_share"
    if sum(stage.basis_points for stage in terms.stages) != WHOLE:
        return "orders.stages_not_whole"
    if not all(stage.title.strip() and stage.delivers.strip() for stage in terms.stages):
        return "orders.stage_empty"
    if terms.mode == "assignment" and not terms.stages[-1].needs_certificate:
        return "orders.last_stage_needs_certificate"
    return ""


def _royalty_wrong(terms: DealTerms) -> str:
    royalty = terms.royalty
    if terms.price_form is not PriceForm.ENTRY_ROYALTY:
        return "orders.royalty_unasked" if royalty else ""
    if royalty is None or not royalty.rates or not royalty.audit.strip():
        return "orders.royalty_incomplete"
    years = [year for year, _points in royalty.rates]
    if years != sorted(set(years)) or years[0] != 1 or not 1 <= royalty.years <= 20:
        return "orders.royalty_years"
    if any(not 0 < points <= WHOLE for _year, points in royalty.rates):
        return "orders.royalty_rate"
    return "" if royalty.statement_months in (1, 3, 6, 12) else "orders.royalty_statements"


def split(price_minor: int, stages: Sequence[Stage]) -> list[int]:
    """Each stage's fen, rounded down; what is left over goes onto the last: the sum is exact."""
    parts = [price_minor * stage.basis_points // WHOLE for stage in stages]
    parts[-1] += price_minor - sum(parts)
    return parts


def rate_of(royalty: Royalty, year: int) -> int:
    """The rate of a year from 1 in basis points: the newest that has begun."""
    return max((rate for rate in royalty.rates if rate[0] <= year), default=(0, 0))[1]


def royalty_due(royalty: Royalty, amounts_minor: Sequence[int]) -> list[int]:
    """Each year's royalty in fen, rounded down, of the declared bases of years 1, 2, … (L52)."""
    return [
        amount * rate_of(royalty, year) // WHOLE
        for year, amount in enumerate(amounts_minor, start=1)
    ]
