"""What every page knows: the market, the person, the language, the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.settings import Cluster, Settings
from marketplace.web.context import base_context, current_actor
from marketplace.web.i18n import LANGUAGES, current_lang, html_lang, lang_url, pick

UnreadCount = Callable[[], int]
UNREAD, DEMO = "market.unread", "market.demo"


@dataclass(frozen=True, slots=True)
class Market:
    """The market as the frame of a page shows it."""

    settings: Settings

    @property
    def name(self) -> str:
        return pick(self.settings.name, self.settings.name_en)

    @property
    def name_en(self) -> str:
        return self.settings.name_en

    @property
    def short_name(self) -> str:
        return pick(self.settings.short_name, self.settings.name_en)

    @property
    def region(self) -> str:
        return pick(self.settings.region_name, self.settings.region_name_en)

    @property
    def operator(self) -> str:
        return self.settings.operator_name

    @property
    def payee(self) -> tuple[str, str, str]:
        """Holder, number and bank of the supervised account that payments go to (L79)."""
        return self.settings.bank_holder, self.settings.bank_account, self.settings.bank_name

    @property
    def email(self) -> str:
        return self.settings.contact_email

    @property
    def phone(self) -> str:
        return self.settings.contact_phone

    @property
    def contact(self) -> str:
        return f"{self.settings.contact_phone} {self.settings.contact_email}"

    @property
    def demo(self) -> bool:
        return self.settings.is_demo

    @property
    def base_url(self) -> str:
        return self.settings.base_url

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        return self.settings.clusters

    def cluster_name(self, key: str) -> str:
        """A cluster's name in the language of the request."""
        for cluster in self.settings.clusters:
            if cluster.key == key:
                return pick(cluster.zh, cluster.en)
        return key


class Me:
    """The signed-in person as templates see them."""

    def __init__(self, actor: Actor, count: UnreadCount) -> None:
        self.actor = actor
        self._count = count
        self._unread: int | None = None

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def organisation(self) -> str:
        return self.actor.organisation_name

    @property
    def is_staff(self) -> bool:
        return self.actor.is_staff

    @property
    def roles(self) -> frozenset[StaffRole]:
        return self.actor.staff_roles

    @property
    def unread(self) -> int:
        if self._unread is None:  # the frame asks more than once
            self._unread = self._count()
        return self._unread

    def has(self, role: str) -> bool:
        """True when the person holds the office."""
        return role in self.actor.staff_roles


PLACES = {
    "home": "home.index",
    "search": "catalogue.search",
    "suggest": "catalogue.suggest",
    "showcase": "catalogue.search",
    "trade": "trade.auctions.hall",
    "share": "share.index",
    "service": "service.index",
    "exchange": "exchange.demands.index",
    "deals": "showcase.deals.index",
    "publicity": "trade.publicity.index",
    "sign_in": "security.login",
    "sign_up": "security.register",
    "sign_out": "security.logout",
    "desk": "home.desk",
    "inbox": "notify.inbox",
    "preferences": "notify.inbox",
    "organisation": "identity.organisations.index",
    "account": "identity.account",
    "switch_organisation": "identity.organisations.index",
    "rules": "home.rules",
    "fees": "home.fees",
    "demo": "home.demo",
    "verify": "papers.verify",
    "data": "home.data",
    "api": "api.docs",
    "privacy": "home.privacy",
    "complaints": "home.complaints",
    "contact": "home.contact",
}
"""The places that the frame links to; a place whose room is not there is not shown."""

DESKS = (
    ("orders_desk", "trade.orders.desk", (StaffRole.REVIEWER,)),
    ("review", "review.desk", (StaffRole.REVIEWER,)),
    ("treasury", "treasury.deposits.index", (StaffRole.TREASURER,)),
    ("admin", "admin.dashboard", (StaffRole.ADMINISTRATOR,)),
)


def links(app: Flask, actor: Actor | None) -> dict[str, str]:
    """Name → address of the places that exist and that this person may enter."""
    found = {name: url_for(end) for name, end in PLACES.items() if end in app.view_functions}
    if "trade.auctions.hall" in app.view_functions:
        found["notices"] = url_for("trade.auctions.hall", tab="upcoming")
    if not app.extensions[DEMO]:
        found.pop("demo", None)
    for name, endpoint, roles in DESKS:
        if endpoint in app.view_functions and actor is not None and actor.has(*roles):
            found[name] = url_for(endpoint)
    return found


def install(app: Flask, settings: Settings) -> None:
    """Put the common names into every template."""
    market = Market(settings)
    app.extensions[DEMO] = settings.is_demo
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters["cluster_name"] = market.cluster_name

    @app.context_processor
    def _common() -> dict[str, object]:
        actor = current_actor()
        count: UnreadCount = app.extensions.get(UNREAD, lambda: 0)
        return {
            "market": market,
            "me": Me(actor, count) if actor else None,
            "current_lang": LANGUAGES[current_lang()],
            "links": links(app, actor),
            "html_lang": html_lang(),
            "lang_url": lang_url,
            "pick": pick,
            "server_now": base_context().clock(),
            "csrf_field": csrf_field,
            "has_endpoint": lambda name: name in app.view_functions,
            "asset": asset,
        }


def csrf_field() -> Markup:
    """The hidden field every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def asset(filename: str) -> str:
    """A static file's address; a changed file gets a changed address."""
    return url_for("static", filename=filename, v=_version(filename))


_versions: dict[str, str] = {}


def _version(filename: str) -> str:
    if filename not in _versions or current_app.debug:
        path = Path(str(current_app.static_folder)) / filename
        _versions[filename] = format(int(path.stat().st_mtime), "x") if path.is_file() else "0"
    return _versions[filename]
