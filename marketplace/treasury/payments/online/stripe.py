"""The one door to Stripe: what is asked of it, and its answers as plain values.

The package is large and loaded at the first use. Nothing here touches the database: every call
stands between two transactions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from marketplace.kernel.errors import Conflict, Invalid, Unavailable
from marketplace.kernel.settings import Settings
from marketplace.treasury.payments.providers import STRIPE

if TYPE_CHECKING:
    from stripe import PaymentIntent, StripeClient, StripeObject
    from stripe.params.checkout import SessionCreateParams

NAME = STRIPE.name
HOLD = "stripe_hold"
"""The clearing account of what is authorised on a card and not captured yet."""
CURRENCY = "cny"
TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = (3, 12)


class Silent(Unavailable):
    """No answer, or none to rely on: it may have been done. Ask again with the same key (F18)."""

    code = "payments.provider_silent"


class Refused(Conflict):
    """The provider refused: nothing was done."""

    code = "payments.provider_refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page on which a payer pays. ``key`` names it once and for all. Amount in fen."""

    key: str
    amount_minor: int
    title: str
    back_url: str
    expires_at: datetime
    may_hold: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A page of the provider."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Truth:
    """How a payment stands at the provider. ``state``: waiting, authorised, paid, void (a hold
    that is gone), expired, failed. ``returned_minor`` went back to the payer. In fen.
    """

    state: str
    object_id: str | None = None
    amount_minor: int = 0
    returned_minor: int = 0
    currency: str = CURRENCY
    payer_name: str = ""
    tail: str = ""
    method: str = ""
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund at the provider. ``state``: succeeded, pending, failed."""

    id: str
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event whose sender is proven; ``thing`` is the object as it was then."""

    id: str
    kind: str
    made_at: datetime
    is_live: bool
    account: str
    thing: Mapping[str, Any]


@contextmanager
def _client(settings: Settings) -> Iterator[StripeClient]:
    import stripe  # noqa: PLC0415 - 17 MB that only payments need

    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
    try:
        yield stripe.StripeClient(
            settings.stripe_secret_key,
            stripe_account=settings.stripe_account or None,
            base_addresses={"api": settings.stripe_api_base},
            http_client=http,
            max_network_retries=0,
        )
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise Refused(why=str(error.code or error.http_status)) from None
    except stripe.StripeError as error:  # the message may quote what was sent: it stays here
        raise Silent(why=type(error).__name__) from None
    finally:
        http.close()  # type: ignore[no-untyped-call]


def open_session(settings: Settings, wanted: Wanted) -> Session:
    """Make the page for an attempt; the same key again gives the same page.

    Raises Refused, Silent.
    """
    with _client(settings) as client:
        made = client.v1.checkout.sessions.create(
            _session(settings, wanted), {"idempotency_key": wanted.key}
        )
    if not (made.url or "").startswith(f"{settings.stripe_pages}/"):
        raise Refused(why="foreign_page")
    return Session(made.id, made.url or "")


def _session(settings: Settings, wanted: Wanted) -> SessionCreateParams:
    methods = list(settings.stripe_methods)
    options: dict[str, Any] = {}
    if "wechat_pay" in methods:
        options["wechat_pay"] = {"client": "web"}
    if wanted.may_hold and "card" in methods:
        options["card"] = {"capture_method": "manual"}
    product = {"name": wanted.title}
    price = {"currency": CURRENCY, "unit_amount": wanted.amount_minor, "product_data": product}
    params: Any = {
        "mode": "payment",
        "client_reference_id": wanted.key,
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_method_types": methods,
        "payment_method_options": options,
        "payment_intent_data": {"metadata": {"attempt": wanted.key}},
        "metadata": {"attempt": wanted.key},
        "success_url": wanted.back_url,
        "cancel_url": wanted.back_url,
        "expires_at": int(wanted.expires_at.timestamp()),
    }
    return params  # type: ignore[no-any-return]


def expire_session(settings: Settings, session_id: str) -> None:
    """Close a page nobody shall pay on any more. Raises Refused when it is over, Silent."""
    with _client(settings) as client:
        client.v1.checkout.sessions.expire(session_id)


def truth(settings: Settings, *, session_id: str | None, object_id: str | None) -> Truth:
    """How a payment stands now. Raises Refused for an unknown one, Silent."""
    expand = "latest_charge"
    with _client(settings) as client:
        if session_id is None:
            found = client.v1.payment_intents.retrieve(object_id or "", {"expand": [expand]})
            return truth_of(found)
        session = client.v1.checkout.sessions.retrieve(
            session_id, {"expand": [f"payment_intent.{expand}"]}
        )
    paid = session.payment_intent
    if paid is None or isinstance(paid, str):
        return Truth("expired" if session.status == "expired" else "waiting")
    known = truth_of(paid)
    if known.state == "waiting" and paid.status != "processing":
        if session.status == "expired":
            return Truth("expired", known.object_id)
        if session.status == "complete":  # handed in, and the payment did not come about
            return Truth("failed", known.object_id)
    return known


def truth_of(paid: PaymentIntent) -> Truth:
    """A payment intent as a plain value."""
    charge = paid.latest_charge
    plain: Mapping[str, Any] = {} if charge is None or isinstance(charge, str) else charge.to_dict()
    state, amount = "waiting", 0
    if paid.status == "succeeded":
        state, amount = "paid", plain.get("amount_captured") or paid.amount
    elif paid.status == "requires_capture":
        state, amount = "authorised", paid.amount
    elif paid.status == "canceled":
        was_held = plain.get("status") == "succeeded"  # a declined card leaves a failed charge
        state, amount = ("void", paid.amount) if was_held else ("expired", 0)
    details = plain.get("payment_method_details") or {}
    method = str(details.get("type") or "")
    of_method = details.get(method) or {}
    lapses = of_method.get("capture_before")
    return Truth(
        state=state,
        object_id=paid.id,
        amount_minor=int(amount),
        returned_minor=int(plain.get("amount_refunded") or 0) if state == "paid" else 0,
        currency=paid.currency,
        payer_name=str((plain.get("billing_details") or {}).get("name") or ""),
        tail=str(of_method.get("last4") or ""),
        method=method,
        lapses_at=datetime.fromtimestamp(lapses, UTC) if lapses else None,
    )


def capture(settings: Settings, object_id: str, *, key: str) -> None:
    """Take the money of a hold. Raises Refused when it is gone or taken, Silent."""
    with _client(settings) as client:
        client.v1.payment_intents.capture(object_id, None, {"idempotency_key": key})


def cancel(settings: Settings, object_id: str, *, key: str) -> None:
    """Let a hold go. Raises Refused when it is gone or taken, Silent."""
    with _client(settings) as client:
        client.v1.payment_intents.cancel(object_id, None, {"idempotency_key": key})


def refund(settings: Settings, object_id: str, *, amount_minor: int, key: str) -> Refund:
    """Give a part of a payment back, once for a key: what was done before is found, not repeated.

    The provider forgets keys after a day; its list of refunds does not. Raises Refused, Silent.
    """
    with _client(settings) as client:
        listed = client.v1.refunds.list({"payment_intent": object_id, "limit": 100})
        for one in listed.auto_paging_iter():
            if (one.to_dict().get("metadata") or {}).get("instruction") == key:
                return _refund(one)
        made = client.v1.refunds.create(
            {
                "payment_intent": object_id,
                "amount": amount_minor,
                "metadata": {"instruction": key},
            },
            {"idempotency_key": key},
        )
        return _refund(made)


def _refund(one: StripeObject) -> Refund:
    status = str(one["status"])
    known = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    return Refund(str(one["id"]), known.get(status, "pending"))


def told(settings: Settings, raw: bytes, header: str) -> Told:
    """The event of a webhook call whose signature, age, mode and account are right.

    Several secrets hold while one replaces the other. Raises Invalid for everything else (T7).
    """
    import stripe  # noqa: PLC0415 - as above

    if not header.isascii():  # the library compares texts, and refuses these by an error
        raise Invalid("payments.bad_event")
    for secret in settings.stripe_webhook_secrets:
        try:
            stripe.WebhookSignature.verify_header(raw, header, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return _told(settings, raw)
    raise Invalid("payments.bad_event")


def _told(settings: Settings, raw: bytes) -> Told:
    try:
        body = json.loads(raw)
        found = Told(
            id=str(body["id"]),
            kind=str(body["type"]),
            made_at=datetime.fromtimestamp(int(body["created"]), UTC),
            is_live=body["livemode"],
            account=str(body.get("account") or ""),
            thing=dict(body["data"]["object"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Invalid("payments.bad_event") from error
    if found.is_live is not settings.stripe_is_live or found.account != settings.stripe_account:
        raise Invalid("payments.bad_event")
    return found
