"""A small provider of payments on loopback, with its own memory: pages, holds, refunds, events.

It does what localstripe does not: Checkout pages, idempotency keys, refused over-refunds, and
faults on order (``fail``): an answer lost after the thing was done, an answer that never was.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

import stripe

SECRET = "whsec_first"
WORDS = ("sessions", "expire", "payment_intents", "capture", "cancel", "refunds")
PAGE = b"""<!doctype html><html lang="en"><title>the provider's page</title>
<form method="post"><button name="pay">Pay</button></form></html>"""
LOST, NEVER, CUT = "done, then 500", "500, not done", "done, then no answer"


class Problem(Exception):
    def __init__(self, code: str, status: int = 400) -> None:
        self.code, self.status = code, status


class FakeStripe:
    """The provider. Payers act by methods; the market by HTTP; ``events`` is what it would tell."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        self.keys: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.faults: dict[str, list[str]] = {}
        self.pending_refunds = False
        self.livemode = False
        self.tells = ""
        self.told = 0
        self.before_answer: Any = None
        self.clock = time.time
        self.lock = threading.RLock()
        self.numbers = itertools.count(1)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> FakeStripe:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def fail(self, what: str, *how: str) -> None:
        """The next calls of this kind (``POST refunds``) go wrong in these ways."""
        self.faults.setdefault(what, []).extend(how)

    # -- what payers and banks do ---------------------------------------------------------------

    def pay(self, session_id: str, *, method: str = "card") -> str:
        """The payer pays on the page; the payment intent's id."""
        with self.lock:
            session = self.sessions[session_id]
            assert session["status"] == "open", session["status"]
            intent = self._intent(session)
            options = session["_options"].get(method, {})
            held = options.get("capture_method") == "manual"
            self._charge(intent, method, status="succeeded", captured=not held)
            intent["status"] = "requires_capture" if held else "succeeded"
            session.update(status="complete", payment_status="unpaid" if held else "paid")
            name = "amount_capturable_updated" if held else "succeeded"
            self._tell(f"payment_intent.{name}", intent)
            self._tell("checkout.session.completed", session)
            return str(intent["id"])

    def decline(self, session_id: str) -> None:
        """The card is declined; the page stays open for another."""
        with self.lock:
            intent = self._intent(self.sessions[session_id])
            self._charge(intent, "card", status="failed", captured=False)
            self._tell("payment_intent.payment_failed", intent)

    def fail_later(self, session_id: str) -> None:
        """Handed in, and the payment did not come about."""
        with self.lock:
            session = self.sessions[session_id]
            self._intent(session)
            session.update(status="complete", payment_status="unpaid")
            self._tell("checkout.session.async_payment_failed", session)

    def let_lapse(self, intent_id: str) -> None:
        """The card's bank lets a hold go."""
        with self.lock:
            self._cancel(self.intents[intent_id])

    def time_out(self, session_id: str) -> None:
        with self.lock:
            self._expire(self.sessions[session_id])

    def deliver(self) -> None:
        """Tell the market (at ``tells``) what it has not heard yet, signed as the provider does."""
        with self.lock:
            news, self.told = self.events[self.told :], len(self.events)
        for event in news if self.tells else ():
            body = json.dumps(event).encode()
            head = {"Stripe-Signature": signed(body), "Content-Type": "application/json"}
            with urlopen(Request(self.tells, body, head), timeout=30) as answer:
                assert answer.status == 204

    def total(self) -> int:
        """What it holds for the market, less what went back, in fen."""
        with self.lock:
            had = sum(
                one["amount"] for one in self.intents.values() if one["status"] == "succeeded"
            )
            back = (one for one in self.refunds.values() if one["status"] == "succeeded")
            return had - sum(one["amount"] for one in back)

    # -- its own memory ---------------------------------------------------------------------------

    def _intent(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["payment_intent"] is None:
            number = f"pi_{next(self.numbers)}"
            self.intents[number] = {
                "id": number, "object": "payment_intent", "amount": session["amount_total"],
                "currency": session["currency"], "status": "requires_payment_method",
                "latest_charge": None, "metadata": session["_intent_metadata"],
            }  # fmt: skip
            session["payment_intent"] = number
        return self.intents[session["payment_intent"]]

    def _charge(self, intent: dict[str, Any], method: str, *, status: str, captured: bool) -> None:
        of_method: dict[str, Any] = {"last4": "4242"} if method == "card" else {}
        if not captured and status == "succeeded":
            of_method["capture_before"] = int(self.clock()) + 7 * 86_400
        intent["latest_charge"] = {
            "id": f"ch_{next(self.numbers)}", "object": "charge", "status": status,
            "captured": captured, "amount": intent["amount"],
            "amount_captured": intent["amount"] if captured else 0, "amount_refunded": 0,
            "payment_intent": intent["id"], "billing_details": {"name": "持卡人"},
            "payment_method_details": {"type": method, method: of_method},
        }  # fmt: skip

    def _cancel(self, intent: dict[str, Any]) -> None:
        if intent["status"] not in ("requires_capture", "requires_payment_method"):
            raise Problem("payment_intent_unexpected_state")
        intent["status"] = "canceled"
        self._tell("payment_intent.canceled", intent)

    def _expire(self, session: dict[str, Any]) -> None:
        if session["status"] != "open":
            raise Problem("session_not_open")
        session["status"] = "expired"
        if session["payment_intent"]:
            self._cancel(self.intents[session["payment_intent"]])
        self._tell("checkout.session.expired", session)

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        event = {"id": f"evt_{next(self.numbers)}", "object": "event", "type": kind}
        thing = json.loads(json.dumps(_plain(thing)))  # as it is now
        facts = {"created": int(time.time()), "livemode": self.livemode, "data": {"object": thing}}
        self.events.append(event | facts)

    # -- what the market asks -----------------------------------------------------------------------

    def answer(
        self, method: str, path: str, sent: dict[str, Any], key: str
    ) -> tuple[int, dict[str, Any]]:
        """The status and body of a call; an idempotency key answers as it did before."""
        parts = path.removeprefix("/v1/").split("/")
        what = f"{method} {[part for part in parts if part in WORDS][-1]}"
        with self.lock:
            self.calls[what] += 1
            how = self.faults.get(what, [])
            fault = how.pop(0) if how else ""
            if fault == NEVER:
                return 500, {"error": {"type": "api_error"}}
            seen = self.keys.get(key) if key else None
            body = json.dumps([path, sent], sort_keys=True)
            if seen is not None and seen[0] != body:
                return 400, {
                    "error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}
                }
            status, found = seen[1:] if seen else self._do(method, parts, sent)
            if key:
                self.keys[key] = (body, status, found)
        if self.before_answer is not None:
            self.before_answer(what, found)
        if fault == CUT:
            raise ConnectionError
        return (500, {"error": {"type": "api_error"}}) if fault == LOST else (status, found)

    def _do(
        self, method: str, parts: list[str], sent: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        try:
            return 200, json.loads(json.dumps(self._done(method, parts, sent)))
        except Problem as problem:
            error = {"type": "invalid_request_error", "code": problem.code, "message": problem.code}
            return problem.status, {"error": error}

    def _done(self, method: str, parts: list[str], sent: dict[str, Any]) -> dict[str, Any]:
        match (method, *parts):
            case ("POST", "checkout", "sessions"):
                return _plain(self._new_session(sent))
            case ("GET", "checkout", "sessions", number):
                return self._expanded(self._known(self.sessions, number))
            case ("POST", "checkout", "sessions", number, "expire"):
                self._expire(self._known(self.sessions, number))
                return _plain(self.sessions[number])
            case ("GET", "payment_intents", number):
                return self._known(self.intents, number)
            case ("POST", "payment_intents", number, "capture"):
                return self._capture(self._known(self.intents, number))
            case ("POST", "payment_intents", number, "cancel"):
                intent = self._known(self.intents, number)
                self._cancel(intent)
                return intent
            case ("GET", "refunds"):
                mine = [
                    r
                    for r in self.refunds.values()
                    if r["payment_intent"] == sent["payment_intent"]
                ]
                return {"object": "list", "data": mine, "has_more": False, "url": "/v1/refunds"}
            case ("POST", "refunds"):
                return self._refund(sent)
        raise Problem("unknown_route", 404)

    def _known(self, things: dict[str, dict[str, Any]], number: str) -> dict[str, Any]:
        if number not in things:
            raise Problem("resource_missing", 404)
        return things[number]

    def _new_session(self, sent: dict[str, Any]) -> dict[str, Any]:
        price = sent["line_items"]["0"]["price_data"]
        number = f"cs_{next(self.numbers)}"
        self.sessions[number] = {
            "id": number, "object": "checkout.session", "status": "open",
            "payment_status": "unpaid", "payment_intent": None, "metadata": sent["metadata"],
            "client_reference_id": sent["client_reference_id"], "currency": price["currency"],
            "amount_total": int(price["unit_amount"]), "url": f"{self.url}/pay/{number}",
            "expires_at": int(sent["expires_at"]), "success_url": sent["success_url"],
            "_options": sent.get("payment_method_options", {}),
            "_intent_metadata": sent["payment_intent_data"]["metadata"],
        }  # fmt: skip
        return self.sessions[number]

    def _expanded(self, session: dict[str, Any]) -> dict[str, Any]:
        found = _plain(session)
        if found["payment_intent"]:
            found["payment_intent"] = self.intents[found["payment_intent"]]
        return found

    def _capture(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] != "requires_capture":
            raise Problem("payment_intent_unexpected_state")
        intent["status"] = "succeeded"
        intent["latest_charge"].update(captured=True, amount_captured=intent["amount"])
        self._tell("payment_intent.succeeded", intent)
        return intent

    def _refund(self, sent: dict[str, Any]) -> dict[str, Any]:
        intent, amount = self._known(self.intents, sent["payment_intent"]), int(sent["amount"])
        charge = intent["latest_charge"]
        if intent["status"] != "succeeded":
            raise Problem("charge_not_captured")
        if charge["amount_refunded"] + amount > charge["amount_captured"]:
            raise Problem("charge_already_refunded")
        charge["amount_refunded"] += amount
        number = f"re_{next(self.numbers)}"
        self.refunds[number] = {
            "id": number, "object": "refund", "amount": amount, "payment_intent": intent["id"],
            "status": "pending" if self.pending_refunds else "succeeded",
            "metadata": sent.get("metadata", {}),
        }  # fmt: skip
        self._tell("charge.refunded", charge)
        return self.refunds[number]


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    """The header that proves a call, as the provider makes it."""
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def _plain(thing: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if not key.startswith("_")}


def _tree(text: str) -> dict[str, Any]:
    """``a[b][0]=c`` as nested dictionaries."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = name.replace("]", "").split("[")
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def _handler(fake: FakeStripe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path.startswith("/pay/"):
                return self._send(200, PAGE, "text/html")
            if address.path == "/favicon.ico":
                return self._send(200, b"", "image/x-icon")
            return self._api("GET", address.path, _tree(address.query))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.path.startswith("/pay/"):
                self._paid(self.path.rpartition("/")[2])
            else:
                self._api("POST", urlsplit(self.path).path, _tree(sent))

        def _paid(self, number: str) -> None:
            fake.pay(number)
            fake.deliver()
            self.send_response(303)
            self.send_header("Location", fake.sessions[number]["success_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _api(self, method: str, path: str, sent: dict[str, Any]) -> None:
            key = self.headers.get("Idempotency-Key") or ""
            try:
                status, found = fake.answer(method, path, sent, key)
            except ConnectionError:
                self.close_connection = True
                self.connection.close()
                return
            self._send(status, json.dumps(found).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler
