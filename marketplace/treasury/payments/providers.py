"""The ways money comes and goes: the bank; a card provider stands beside it by settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from marketplace.kernel.settings import Settings


class Provider(Protocol):
    """One way of paying. ``name`` is the subject of its clearing account and never changes."""

    @property
    def name(self) -> str:
        """The stable name: ``bank``, ``stripe``."""
        ...

    @property
    def by_file(self) -> bool:
        """True when a treasurer carries its instructions to it; False when it has an interface."""
        ...

    def is_on(self, settings: Settings) -> bool:
        """True when the settings switch it on."""
        ...


@dataclass(frozen=True, slots=True)
class Bank:
    """Transfer to the supervised account, matched by the code in the remark. Always there."""

    name: str = "bank"
    by_file: bool = True

    def is_on(self, settings: Settings) -> bool:  # noqa: ARG002 - the default needs no setting
        """The market works with it alone."""
        return True


@dataclass(frozen=True, slots=True)
class Stripe:
    """Cards, Alipay and WeChat Pay on the provider's own pages, for operators who may (L79)."""

    name: str = "stripe"
    by_file: bool = False

    def is_on(self, settings: Settings) -> bool:
        """A key and a webhook secret are set and fit the mode."""
        return settings.takes_stripe


BANK = Bank()
VOUCHER = "voucher"
"""On a receipt: a voucher stands for the money until its issuer pays it (treasury/vouchers)."""
STRIPE = Stripe()
_providers: dict[str, Provider] = {BANK.name: BANK, STRIPE.name: STRIPE}


def register(provider: Provider) -> None:
    """Add a way of paying; it shows only while the settings switch it on."""
    _providers[provider.name] = provider


def available(settings: Settings) -> tuple[Provider, ...]:
    """What a payer may choose from, the bank first."""
    return tuple(one for one in _providers.values() if one.is_on(settings))


def provider_of(name: str) -> Provider:
    """A known provider; raises KeyError."""
    return _providers[name]
