"""How a lot is bid for, in plain sentences: on its page, its notice and the check before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import gettext as _

from marketplace.web.filters import duration, moment_seconds, yuan
from rules.auction_sums import earnest_part_minor


class Bidden(Protocol):
    """What of an auction or its room decides how it is bid for."""

    @property
    def format(self) -> str:
        """One of english, sealed and dutch."""

    @property
    def place(self) -> str:
        """Where bids are made: web, hall or both."""

    @property
    def format_terms(self) -> dict[str, Any]:
        """What the format adds."""

    @property
    def has_reserve(self) -> bool:
        """Whether there is a secret reserve."""

    @property
    def reserve_policy(self) -> str:
        """What a reached reserve does: jump or at_close."""

    @property
    def hard_end_at(self) -> datetime | None:
        """The last possible end."""

    @property
    def start_minor(self) -> int:
        """The start price in fen."""

    @property
    def deposit_minor(self) -> int:
        """The deposit in fen."""


def sentences(lot: Bidden) -> list[str]:
    """The rules of the lot's format, in the order in which they are met."""
    own = {"english": _english, "sealed": _sealed, "dutch": _dutch}[lot.format]
    return [_end(lot), *own(lot)]


def _end(lot: Bidden) -> str:
    if lot.place == "web":
        return str(
            _("The server's time counts; a bid that arrives at or after the end is refused.")
        )
    return str(
        _(
            "What is declared in the hall ends the lot, not the clock; two fair warnings at one "
            "price precede it."
        )
    )


def _english(lot: Bidden) -> list[str]:
    said = [
        _(
            "You name a maximum; the market bids for you only as far as needed. Nobody, "
            "staff included, sees your maximum before the lot is closed."
        ),
        _("Among equal maxima the earlier one leads, except for holders of first refusal."),
    ]
    if lot.has_reserve and lot.reserve_policy == "at_close":
        said.append(
            _(
                "The price runs on below the reserve price; if a maximum reaches it, the "
                "lot is sold at the reserve price at least."
            )
        )
    elif lot.has_reserve:
        said.append(_("As soon as a maximum reaches the reserve price, the price rises to it."))
    if lot.hard_end_at is not None:
        said.append(
            _(
                "However often late bids move the end, it is %(time)s at the latest.",
                time=moment_seconds(lot.hard_end_at),
            )
        )
    return said


def _sealed(lot: Bidden) -> list[str]:
    given = lot.format_terms
    return [
        _(
            "You seal your bid on your own device. The market receives only the seal and "
            "cannot know the amount, staff included."
        ),
        _("Until the end you may replace your bid; the last one counts."),
        _(
            "After the end you have %(time)s to open your bid, with the same device or with "
            "your receipt.",
            time=duration(timedelta(hours=given["reveal_hours"])),
        ),
        _unopened(lot),
        _(
            "The best opened bid wins and pays the amount of the next best one, at least "
            "the start price and a reserve price that was reached."
        )
        if given["pricing"] == "second"
        else _("The best opened bid wins and pays its own amount."),
        _("Among equal bids the one sealed first wins."),
        _("The opening minutes list every seal and every opening; anybody can check them."),
    ]


def _dutch(lot: Bidden) -> list[str]:
    given = lot.format_terms
    return [
        _(
            "The price falls by %(step)s every %(time)s, from %(start)s down to %(floor)s.",
            step=yuan(given["step_minor"]),
            time=duration(timedelta(seconds=given["interval_seconds"])),
            start=yuan(lot.start_minor),
            floor=yuan(given["floor_minor"]),
        ),
        _(
            "The first to take the lot has it, at the price of the instant in which the "
            "request arrives. There is no reserve price besides the lowest price."
        ),
        *_second_phase(lot),
        *_earnest(lot),
    ]


def _second_phase(lot: Bidden) -> list[str]:
    given = lot.format_terms
    if given.get("sealing_minutes") is None:
        return [_("Nobody can go above who took it.")]
    spans = {
        name: duration(timedelta(minutes=given[f"{name}_minutes"]))
        for name in ("sealing", "reveal", "topping")
    }
    return [
        _(
            "Then the other bidders may seal higher bids for %(sealing)s and open them "
            "within %(reveal)s.",
            sealing=spans["sealing"],
            reveal=spans["reveal"],
        ),
        _(
            "The best of these leads; who took the lot may go above it once, within %(topping)s.",
            topping=spans["topping"],
        ),
        _unopened(lot),
    ]


def _earnest(lot: Bidden) -> list[str]:
    """L24: what of the deposit is no earnest money at the lowest price (民法典 586)."""
    earnest = earnest_part_minor(lot.deposit_minor, lot.format_terms["floor_minor"])
    if earnest == lot.deposit_minor:
        return []
    return [
        _(
            "A deposit is earnest money only up to 20 percent of the price: at the lowest "
            "price %(earnest)s of it is, and %(above)s is not.",
            earnest=yuan(earnest),
            above=yuan(lot.deposit_minor - earnest),
        )
    ]


def _unopened(lot: Bidden) -> str:
    if lot.format_terms.get("forfeits_unrevealed"):
        return str(
            _("A bid that is not opened in time is void, and its bidder's deposit is not returned.")
        )
    return str(_("A bid that is not opened in time is void; the deposit goes back."))
