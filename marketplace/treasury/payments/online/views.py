"""Pay by card, Alipay or WeChat Pay: to the provider's page and back, and its word to us."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from marketplace.treasury.payments import providers
from marketplace.treasury.payments.online import hearing, paying
from marketplace.treasury.payments.online.stripe import Refused
from marketplace.web import messages
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.security import from_outside

LARGEST_EVENT = 256 * 1024


def register(bp: Blueprint) -> None:
    """Put the pages onto the room's blueprint; templates may ask ``pays_online()``."""
    bp.post("/payments/pay")(pay)
    bp.get("/payments/attempts/<int:attempt_id>")(attempt)
    bp.post("/payments/stripe/webhook")(webhook)
    bp.record_once(lambda state: state.app.jinja_env.globals.update(pays_online=pays_online))


def pays_online() -> bool:
    """True when a provider beside the bank is on."""
    settings = current_context().settings
    return any(not one.by_file for one in providers.available(settings))


@access(MEMBER)
def pay() -> Response:
    """Go on to the provider's page; only the code is taken from the form (T5)."""
    try:
        url = paying.pay(current_context(), request.form.get("reference", "")[:40])
    except (Refused, Unavailable, Conflict) as error:
        flash(messages.text_of(error.code, error.facts), "error")
        return redirect(url_for("treasury.payments.mine"), 303)
    return redirect(url, 303)


@access(MEMBER)
def attempt(attempt_id: int) -> str:
    """How a payment stands; coming back from the provider's page credits nothing."""
    found = paying.shown(current_context(), attempt_id)
    return render_template("treasury/payments/attempt.html", attempt=found)


@from_outside
@access(PUBLIC)
def webhook() -> Response:
    """The provider's word: signed, for this account and mode, each event once (T7)."""
    ctx = current_context()
    if not ctx.settings.takes_stripe:
        raise NotFound
    request.max_content_length = LARGEST_EVENT
    try:
        hearing.hear(ctx.acting(None), request.get_data(), _header())
    except Invalid:
        raise BadRequest from None
    return Response("", 204)


def _header() -> str:
    return request.headers.get("Stripe-Signature", "")
