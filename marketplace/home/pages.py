"""The market's own pages: rules, fees, privacy, complaints, contact, open data, about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from marketplace.home.editions import EDITIONS, coming_edition, edition_in_force
from marketplace.home.root import bp
from marketplace.home.thresholds import amount_words, last_change, threshold_lines
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.options import OPTIONS, options
from marketplace.treasury.escrow.queries import TariffLine, commission_of, tariff_on, tariffs
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from rules.auction_sums import Tier
from rules.days import local_date
from rules.fee_schedule import OTHER_FEES, full_fee
from rules.patent_numbers import PatentKind

EXAMPLE_MINOR = 1_000_000_00
YEARS_OF: dict[PatentKind, int] = {"I": 20, "U": 10, "D": 15}


def _thresholds() -> dict[str, Any]:
    """Values, the same in words, and when one was changed last."""
    with current_context().reading() as db:
        values, changed_at = options(db), last_change(db)
    words = {key: amount_words(value, OPTIONS[key].unit) for key, value in values.items()}
    return {"thresholds": values, "words": words, "changed_at": changed_at}


def _rules_values() -> dict[str, Any]:
    ctx = current_context()
    today = ctx.clock().astimezone(SHANGHAI).date()
    values = _thresholds()
    with ctx.reading() as db:
        tariff = tariff_on(db, today)
        coming = [one for one in tariffs(db) if one.effective_from and one.effective_from > today]
    words = {**values["words"], "commission_percent_hundredths": _both_rates(tariff)}
    return {
        **values,
        "words": words,
        "tariff": tariff,
        "coming_tariffs": coming[::-1],
        "lines": threshold_lines(values["thresholds"]),
        "edition": edition_in_force(today),
        "coming": coming_edition(today),
        "editions": EDITIONS,
        "today": today,
    }


def _both_rates(tariff: TariffLine) -> str:
    """``2%``, or the rates of both sides where they differ."""
    buyer, seller = (rate_words(one).replace(" %", "%") for one in (tariff.buyer, tariff.seller))
    if buyer == seller:
        return buyer
    return str(_("%(buyer)s (buyer) or %(seller)s (seller)", buyer=buyer, seller=seller))


@bp.get("/rules")
@access(PUBLIC)
def rules() -> str:
    """The trading rules in force, with the thresholds as they are set (L70)."""
    return render_template("home/rules.html", **_rules_values())


@bp.get("/rules/download")
@access(PUBLIC)
def rules_file() -> Response:
    """The same rules as one file to keep (L70: downloadable)."""
    values = _rules_values()
    page = render_template("home/rules_file.html", **values)
    name = f"trading-rules-{values['edition'].number}-{values['today'].isoformat()}.html"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(page, mimetype="text/html", headers=headers)


@bp.get("/fees")
@access(PUBLIC)
def fees() -> str:
    """What the market takes, and what the patent office takes."""
    ctx = current_context()
    today = local_date(ctx.clock())
    with ctx.reading() as db:
        tariff, example = tariff_on(db, today), commission_of(db, EXAMPLE_MINOR, on=today)
    values = {
        **_thresholds(),
        "rates": {"buyer": rate_words(tariff.buyer), "seller": rate_words(tariff.seller)},
        "example": EXAMPLE_MINOR,
        "taken": example,
    }
    return render_template("home/fees.html", **values, yearly=yearly_fees(), other=OTHER_FEES)


def rate_words(tiers: Sequence[Tier]) -> str:
    """``2 %``, or the lowest and the highest rate of several tiers."""
    rates = sorted({tier.basis_points / 100 for tier in tiers})
    return " – ".join(f"{rate:g} %" for rate in (rates[0], rates[-1])[: len(rates)])


def yearly_fees() -> list[tuple[int, int, dict[PatentKind, int | None]]]:
    """(first year, last year, fee in fen by kind) of every band of the official schedule."""
    rows: list[tuple[int, int, dict[PatentKind, int | None]]] = []
    for year in range(1, max(YEARS_OF.values()) + 1):
        fees: dict[PatentKind, int | None] = {
            kind: full_fee(kind, year) * 100 if year <= last else None
            for kind, last in YEARS_OF.items()
        }
        if rows and rows[-1][2] == fees:
            rows[-1] = (rows[-1][0], year, fees)
        else:
            rows.append((year, year, fees))
    return rows


@bp.get("/privacy")
@access(PUBLIC)
def privacy() -> str:
    """Which personal data is kept, why, and for how long (L75-L77)."""
    return render_template("home/privacy.html", **_thresholds())


@bp.get("/complaints")
@access(PUBLIC)
def complaints() -> str:
    """How to complain, object, or report a listing (L72, L74)."""
    return render_template("home/complaints.html")


@bp.get("/contact")
@access(PUBLIC)
def contact() -> str:
    """Where the market is reached."""
    return render_template("home/contact.html")


@bp.get("/data")
@access(PUBLIC)
def data() -> str:
    """What may be downloaded, and in which form."""
    return render_template("home/data.html")


@bp.get("/about")
@access(PUBLIC)
def about() -> str:
    """Five in one: what the market is."""
    return render_template("home/about.html")
