"""The words for kinds, states, roles, purposes and scopes, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice

KINDS = {
    "enterprise": _l("Enterprise"),
    "university": _l("University"),
    "institute": _l("Research institute"),
    "agency": _l("Service agency"),
    "individual": _l("Private inventor"),
    "market": _l("The market"),
}
STATES = {
    "none": _l("Not yet verified"),
    "submitted": _l("Being verified"),
    "verified": _l("Verified"),
    "returned": _l("Returned"),
    "suspended": _l("Suspended"),
    "withdrawn": _l("Taken back"),
}
MEMBER_ROLES = {
    "owner": _l("Owner"),
    "manager": _l("Manager: may sell and pay"),
    "member": _l("Member: may draft and bid"),
    "read_only": _l("Reads only"),
}
STAFF_ROLES = {
    "reviewer": _l("Reviewer"),
    "auctioneer": _l("Auctioneer"),
    "clerk": _l("Clerk"),
    "treasurer": _l("Treasurer"),
    "administrator": _l("Administrator"),
}
PURPOSES = {
    "terms": _l("User agreement"),
    "privacy": _l("Privacy notice"),
    "bank_account": _l("Storing bank data"),
    "contact_release": _l("Passing on contact data"),
}
SCOPES = {
    "read": _l("Read what I may see"),
    "bids:write": _l("Place bids"),
}
FLAGS = {
    "state_founded": _l("Founded by the state"),
    "state_owned": _l("State-owned enterprise"),
    "small_micro": _l("Small or micro enterprise"),
    "high_tech": _l("High-tech enterprise"),
}
PAPERS = {
    "licence": _l("Business licence or certificate"),
    "authority": _l("Letter of authority with seal"),
}
TABLES = {
    "organisation_kind": KINDS,
    "verification_state": STATES,
    "member_role": MEMBER_ROLES,
    "staff_role": STAFF_ROLES,
    "consent_purpose": PURPOSES,
    "token_scope": SCOPES,
    "organisation_flag": FLAGS,
    "paper_kind": PAPERS,
}


def plain_yuan(minor: int | None) -> str:
    """Fen as yuan for an input field: ``1280000`` or ``0.50``; nothing for no amount."""
    return "" if minor is None else f"{Decimal(minor) / 100:.2f}".removesuffix(".00")


def choices(table: Mapping[str, Any], *, but: str = "") -> list[SelectChoice]:
    """A table as the choices of a form's field."""
    return [SelectChoice(value, text) for value, text in table.items() if value != but]


def account_tabs(here: str) -> list[tuple[str, str, None, bool]]:
    """The parts of my account, for the tabs of a page; ``here`` names the present one."""
    parts = (
        ("account", gettext("Account"), "identity.account"),
        ("organisations", gettext("My organisations"), "identity.organisations.index"),
        ("security", gettext("Security"), "identity.security_page"),
        ("tokens", gettext("API tokens"), "identity.tokens.index"),
    )
    return [(words, url_for(endpoint), None, key == here) for key, words, endpoint in parts]


def install(app: Flask) -> None:
    """One template filter per table: ``{{ card.kind|organisation_kind }}``."""
    app.add_template_filter(plain_yuan, "plain_yuan")
    app.add_template_global(account_tabs, "account_tabs")
    for name, table in TABLES.items():
        app.add_template_filter(lambda value, table=table: str(table.get(value, value)), name)
