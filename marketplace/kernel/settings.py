"""Every setting, read once from ``MARKET_…`` environment variables."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

DEFAULT_CLUSTERS: tuple[tuple[str, str, str], ...] = (
    ("bearings", "轴承", "Bearings"),
    ("biomedicine", "生物医药", "Biomedicine"),
    ("textile", "纺织机械", "Textile machinery"),
    ("refrigeration", "制冷配件", "Refrigeration parts"),
    ("automotive", "汽车零部件", "Automotive parts"),
    ("robots", "智能机器人", "Intelligent robots"),
)


DEMO_BANK_ACCOUNT = "33062401000000003316"
"""The supervised account of the demonstration; no bank knows it, production refuses it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys made at the first start and kept beside the data, outside the database."""

    session_key: str
    password_salt: str
    cipher_key: str
    totp_key: str

    @staticmethod
    def fresh() -> Secrets:
        """New random keys."""
        return Secrets(
            session_key=secrets.token_urlsafe(48),
            password_salt=secrets.token_urlsafe(24),
            cipher_key=Fernet.generate_key().decode(),
            totp_key=secrets.token_urlsafe(32),
        )


@dataclass(frozen=True, slots=True)
class Cluster:
    """An industry cluster of the county: a stable key and its two names."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Settings:
    """One instance's settings; every field has an environment variable of the same name."""

    home: Path
    database_url: str
    secrets: Secrets = field(repr=False)
    mode: str = "demo"  # demo | production | test
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    name: str = "新昌科技大市场"
    name_en: str = "Xinchang Technology Market"
    short_name: str = "科技大市场"
    region: str = "330624"
    region_name: str = "浙江省新昌县"
    region_name_en: str = "Xinchang, Zhejiang"
    contact_email: str = "market@demo.example"
    contact_phone: str = "0575-00000000"
    operator_name: str = "新昌科技大市场服务中心"
    bank_holder: str = "新昌科技大市场交易资金监管专户（演示）"
    bank_account: str = DEMO_BANK_ACCOUNT
    bank_name: str = "浙江沃洲银行（演示）新昌支行"
    clusters: tuple[Cluster, ...] = tuple(Cluster(*c) for c in DEFAULT_CLUSTERS)
    mail_url: str = "folder"  # folder | smtp://user:password@host:port
    mail_from: str = "market@demo.example"
    files_url: str = ""  # empty: a folder in home; s3://bucket/prefix
    redis_url: str = ""  # empty: limits are kept in the process
    live_streams: int = 200  # event streams of one web process
    live_port: int = 0  # where the event-stream process listens; 0: there is none
    live_watchers: int = 10_000  # event streams of the event-stream process
    threads: int = 240
    upload_mb: int = 25
    limits: Mapping[str, str] = field(default_factory=dict)  # action → "5/second"; none: uncounted
    proxies: int = 0  # trusted reverse proxies in front of the site
    stripe_secret_key: str = field(default="", repr=False)  # empty: bank transfer alone
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_account: str = ""  # the account acted for, when the key is a platform's
    stripe_api_base: str = "https://api.stripe.com"
    stripe_methods: tuple[str, ...] = ("card", "alipay", "wechat_pay")

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure exactly when the public address is https."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that requests may ask for."""
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        local = () if self.is_production else ("127.0.0.1", "localhost", "[::1]")
        return tuple(dict.fromkeys((own, *self.trusted_hosts, *local)))

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail"

    @property
    def run_folder(self) -> Path:
        return self.home / "run"

    @property
    def stripe_is_live(self) -> bool:
        """The key moves real money."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def takes_stripe(self) -> bool:
        """Payers are offered Stripe: key and webhook secret are set and fit the mode."""
        is_set = bool(self.stripe_secret_key and self.stripe_webhook_secrets)
        return is_set and self.stripe_is_live == self.is_production

    @property
    def stripe_pages(self) -> str:
        """Where payers are sent to: Stripe's own pages, or those of the service in its place."""
        if self.stripe_api_base == "https://api.stripe.com":
            return "https://checkout.stripe.com"
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.stripe_api_base))

    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; makes the home folder and its secrets at the first start."""
        env = os.environ if environ is None else environ
        home = Path(env.get("MARKET_HOME", "market-home")).resolve()
        for folder in (home, home / "mail", home / "index", home / "run"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        plain: dict[str, Any] = {**_texts(env), **_numbers(env)}
        return Settings(
            home=home,
            database_url=env.get("MARKET_DATABASE_URL") or f"sqlite:///{home / 'market.db'}",
            secrets=_secrets(home),
            **plain,
            clusters=_clusters(env.get("MARKET_CLUSTERS")),
            limits=_limits(env.get("MARKET_LIMITS", "")),
            trusted_hosts=_list(env, "MARKET_TRUSTED_HOSTS"),
            stripe_webhook_secrets=_list(env, "MARKET_STRIPE_WEBHOOK_SECRETS"),
            stripe_methods=_list(env, "MARKET_STRIPE_METHODS") or ("card", "alipay", "wechat_pay"),
        )


TEXTS = (
    "mode",
    "base_url",
    "name",
    "name_en",
    "short_name",
    "region",
    "region_name",
    "region_name_en",
    "contact_email",
    "contact_phone",
    "operator_name",
    "bank_holder",
    "bank_account",
    "bank_name",
    "mail_url",
    "mail_from",
    "files_url",
    "redis_url",
    "stripe_secret_key",
    "stripe_account",
    "stripe_api_base",
)
LIMITS = {
    "bid": "5/second",
    "search": "60/minute",
    "suggest": "240/minute",
    "upload": "30/hour",
    "export": "5/hour",
    "document": "60/hour",
}
"""What one person or address may do, unless MARKET_LIMITS says otherwise (trust.md, Limits)."""
LIMIT = r"off|[1-9]\d{0,5}/(?:second|minute|hour|day)"
NUMBERS = ("live_streams", "live_port", "live_watchers", "threads", "upload_mb", "proxies")


def _texts(env: Mapping[str, str]) -> dict[str, str]:
    found = {name: env.get(f"MARKET_{name.upper()}", "") for name in TEXTS}
    return {name: value for name, value in found.items() if value}


def _numbers(env: Mapping[str, str]) -> dict[str, int]:
    found = {name: env.get(f"MARKET_{name.upper()}", "") for name in NUMBERS}
    for name, value in found.items():
        if value and not (value.isascii() and value.isdigit()):
            raise SystemExit(f"MARKET_{name.upper()} must be a whole number, not {value!r}")
    return {name: int(value) for name, value in found.items() if value}


def _list(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, env.get(name, "").split(",")) if part)


def _limits(text: str) -> dict[str, str]:
    """``MARKET_LIMITS`` changes some of the limits: ``search=600/minute,export=off``."""
    found = dict(LIMITS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, allowed = part.partition("=")
        if name not in LIMITS or not re.fullmatch(LIMIT, allowed):
            known = ", ".join(LIMITS)
            raise SystemExit(f"MARKET_LIMITS: {part!r} is not like bid=5/second ({known}; or off)")
        found[name] = "" if allowed == "off" else allowed
    return found


def _clusters(text: str | None) -> tuple[Cluster, ...]:
    """``MARKET_CLUSTERS`` is a JSON list of [key, Chinese name, English name]."""
    if not text:
        return tuple(Cluster(*row) for row in DEFAULT_CLUSTERS)
    try:
        return tuple(Cluster(*map(str, row)) for row in json.loads(text))
    except (ValueError, TypeError) as error:
        raise SystemExit("MARKET_CLUSTERS must be a JSON list of [key, zh, en]") from error


def _secrets(home: Path) -> Secrets:
    path = home / "secrets.json"
    try:
        return Secrets(**json.loads(path.read_text()))
    except FileNotFoundError:
        pass
    fresh = Secrets.fresh()
    body = json.dumps({name: getattr(fresh, name) for name in Secrets.__slots__}, indent=1)
    draft = home / f"secrets.{os.getpid()}.json"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(body)
    try:
        os.link(draft, path)  # the first of several processes wins, whole or not at all
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return Secrets(**json.loads(path.read_text()))
