"""What must hold before an instance may run for real (trust.md, start-up check)."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

from marketplace.catalogue import engine as search_engine
from marketplace.demo.accounts import FILE as DEMO_ACCOUNTS
from marketplace.identity.people import queries as people
from marketplace.kernel import assets, migrate
from marketplace.kernel.context import Context
from marketplace.kernel.db import SAFE_SQLITE, sqlite_version
from marketplace.kernel.settings import DEMO_BANK_ACCOUNT, Secrets, Settings

Severity = Literal["block", "warn"]
LEAST_FREE_BYTES = 512 * 1024 * 1024
LEAST_LETTERS = 12
"""A random key of 24 characters has more different ones than this; «changeme…» has fewer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unsafe; ``block`` keeps a production instance from starting."""

    severity: Severity
    code: str
    text: str


def findings(ctx: Context) -> list[Finding]:
    """Everything that is not as it should be; outside production most of it only warns."""
    return [*_settings(ctx.settings), *_folder(ctx.settings), *_database(ctx), *_people(ctx)]


def _settings(settings: Settings) -> Iterator[Finding]:
    hard: Severity = "block" if settings.is_production else "warn"
    if settings.mode not in ("demo", "production", "test"):
        yield Finding("block", "mode", "MARKET_MODE must be demo, production or test")
    if not settings.secure_cookies:
        yield Finding(hard, "base_url", "MARKET_BASE_URL must begin with https:// in production")
    if settings.mail_url == "folder":
        yield Finding(hard, "mail", "MARKET_MAIL_URL is folder: mails reach nobody")
    if settings.mail_from.endswith("@demo.example"):
        yield Finding(hard, "mail_from", "MARKET_MAIL_FROM is the demo's address")
    if settings.bank_account == DEMO_BANK_ACCOUNT:
        yield Finding(hard, "bank_account", "MARKET_BANK_ACCOUNT is the demo's: payers need yours")
    if os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        yield Finding(hard, "debug", "FLASK_DEBUG is set: error pages would show the program")
    if settings.is_production and (settings.home / DEMO_ACCOUNTS).exists():
        yield Finding("block", "demo", f"{DEMO_ACCOUNTS} is here: its passwords open this instance")
    yield from _stripe(settings)
    yield from _secrets(settings.secrets)


def _stripe(settings: Settings) -> Iterator[Finding]:
    """Half a setting, or a key of the other mode, would take payments that nobody credits."""
    hard: Severity = "block" if settings.is_production else "warn"
    key, secrets = settings.stripe_secret_key, settings.stripe_webhook_secrets
    if not key:
        if secrets:
            yield Finding(hard, "stripe", "MARKET_STRIPE_SECRET_KEY is missing")
        return
    if not re.fullmatch(r"[sr]k_(live|test)_\w+", key):
        yield Finding("block", "stripe_key", "MARKET_STRIPE_SECRET_KEY is no secret key")
    elif settings.is_production and not settings.stripe_is_live:
        yield Finding("block", "stripe_key", "MARKET_STRIPE_SECRET_KEY is a test key")
    elif settings.stripe_is_live and not settings.is_production:
        yield Finding("block", "stripe_key", "a live key of Stripe belongs in production only")
    if not secrets:
        yield Finding(hard, "stripe_webhook", "MARKET_STRIPE_WEBHOOK_SECRETS is missing")
    if not settings.stripe_api_base.startswith("https://"):
        yield Finding(hard, "stripe_api", "MARKET_STRIPE_API_BASE must begin with https://")
    if unknown := set(settings.stripe_methods) - {"card", "alipay", "wechat_pay"}:
        yield Finding("block", "stripe_methods", f"unknown: {', '.join(sorted(unknown))}")


def _secrets(secrets: Secrets) -> Iterator[Finding]:
    """Keys that somebody typed or copied from an example instead of the ones made here."""
    keys = [getattr(secrets, name) for name in Secrets.__slots__]
    if min(map(len, keys)) < 24:
        yield Finding("block", "secrets", "a secret in secrets.json is too short")
    elif len(set(keys)) < len(keys) or min(len(set(key)) for key in keys) < LEAST_LETTERS:
        yield Finding("block", "secrets", "a secret in secrets.json was not made by chance")


def _folder(settings: Settings) -> Iterator[Finding]:
    for path in (settings.home, settings.home / "secrets.json"):
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            severity: Severity = "block" if settings.is_production else "warn"
            yield Finding(severity, "permissions", f"{path} can be read by other accounts")
    if shutil.disk_usage(settings.home).free < LEAST_FREE_BYTES:
        yield Finding("warn", "disk", "less than 512 MB are free in MARKET_HOME")


def _database(ctx: Context) -> Iterator[Finding]:
    if ctx.engine.dialect.name == "sqlite":
        if sqlite_version() < SAFE_SQLITE:
            yield Finding("block", "sqlite", f"SQLite {sqlite_version()} can corrupt the database")
        with ctx.reading() as db:
            if db.scalar(text("PRAGMA synchronous")) != 2:
                yield Finding("block", "synchronous", "SQLite must run with synchronous=FULL")
            if db.scalar(text("PRAGMA journal_mode")) != "wal":
                yield Finding("block", "journal", "SQLite must run in WAL mode")
            if db.scalar(text("PRAGMA quick_check")) != "ok":
                yield Finding("block", "corrupt", "the database file is damaged: restore a backup")
    elif _postgres_forgets(ctx):
        yield Finding(
            "block", "synchronous", "PostgreSQL must run with synchronous_commit and fsync"
        )
    if not migrate.is_current(ctx.engine, assets.migrations()):
        yield Finding("block", "migrations", "run: marketplace db upgrade")
    if not search_engine.is_ready(ctx.settings):
        yield Finding(
            "warn", "index", "the search index must be rebuilt: marketplace search rebuild"
        )


def _postgres_forgets(ctx: Context) -> bool:
    with ctx.reading() as db:
        return "off" in {
            db.scalar(text(f"SHOW {name}")) for name in ("fsync", "synchronous_commit")
        }


def _people(ctx: Context) -> Iterator[Finding]:
    severity: Severity = "block" if ctx.settings.is_production else "warn"
    with ctx.reading() as db:
        for role in people.roles_without_second_factor(db):
            yield Finding(severity, "second_factor", f"a {role} has no second factor")
