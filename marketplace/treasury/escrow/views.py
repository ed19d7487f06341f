"""What the market takes: a calculator for everybody, the tariff for the treasurer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.treasury.escrow import queries
from marketplace.treasury.escrow.commands import set_tariff
from marketplace.treasury.escrow.forms import PriceForm, TariffForm
from marketplace.web import messages
from marketplace.web.access import PUBLIC, TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.submission import taken
from rules.days import local_date

bp = Blueprint("escrow", __name__)
messages.register(
    {
        "escrow.tiers_begin_above_zero": _l("The first tier begins at 0."),
        "escrow.negative_rate": _l("A rate is not negative."),
        "escrow.tiers_rise": _l("Rates must not rise with the price (Auction Law, article 56)."),
        "escrow.commission_above_cap": _l(
            "Above 5 %% from one side only by agreement (Auction Law, article 56)."
        ),
        "escrow.day_is_past": _l("A tariff begins on a coming day."),
        "escrow.day_taken": _l("A tariff of that day exists already."),
    }
)


@bp.get("/commission")
@access(PUBLIC)
def calculator() -> str:
    """What buyer and seller pay at a price, before either commits himself."""
    form, ctx = PriceForm(request.args), current_context()
    price = form.price.minor if request.args.get("price") and form.validate() else None
    today = local_date(ctx.clock())
    with ctx.reading() as db:
        tariff = queries.tariff_on(db, today)
        fees = queries.commission_of(db, price, on=today) if price else None
    return render_template(
        "treasury/escrow/calculator.html", form=form, tariff=tariff, fees=fees, price=price
    )


@bp.get("/tariff")
@access(TREASURER)
def tariff() -> str:
    """Every tariff, and a form for the next."""
    return _tariff(TariffForm())


def _tariff(form: TariffForm) -> str:
    with current_context().reading() as db:
        lines = queries.tariffs(db)
    return render_template("treasury/escrow/tariff.html", lines=lines, form=form)


@bp.post("/tariff")
@access(TREASURER)
def add_tariff() -> Response | tuple[str, int]:
    """Set the commission from a coming day on."""
    form = TariffForm(request.form)
    if form.validate() and taken(form, lambda: set_tariff(current_context(), form.command())):
        flash(_("The tariff is set."), "done")
        return redirect(url_for("treasury.escrow.tariff"), 303)
    return _tariff(form), 422
