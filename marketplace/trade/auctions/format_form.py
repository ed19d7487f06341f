"""The part of the schedule form that belongs to the format: steps, sealed bids, falling price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectChoice,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from marketplace.web.forms import MarketForm, YuanField

LADDER = range(2, 6)
"""The steps beyond the first one, each with the price it begins at."""


class FormatForm(MarketForm):
    """How a lot is bid for. What belongs to another format than the chosen one is not read."""

    format = RadioField(
        _l("Format"),
        choices=[
            SelectChoice("english", _l("Rising bids: maxima, the end moves with late bids")),
            SelectChoice("sealed", _l("Sealed bids: opened together after the end")),
            SelectChoice("dutch", _l("Falling price: the first to take it has the lot")),
        ],
        default="english",
    )
    step = YuanField(_l("Step"), [Optional()])
    step2_from = YuanField(_l("Step %(number)s: from a price of", number=2), [Optional()])
    step2 = YuanField(_l("Step %(number)s", number=2), [Optional()])
    step3_from = YuanField(_l("Step %(number)s: from a price of", number=3), [Optional()])
    step3 = YuanField(_l("Step %(number)s", number=3), [Optional()])
    step4_from = YuanField(_l("Step %(number)s: from a price of", number=4), [Optional()])
    step4 = YuanField(_l("Step %(number)s", number=4), [Optional()])
    step5_from = YuanField(_l("Step %(number)s: from a price of", number=5), [Optional()])
    step5 = YuanField(_l("Step %(number)s", number=5), [Optional()])
    reserve_policy = RadioField(
        _l("When a maximum reaches the reserve price"),
        choices=[
            SelectChoice("jump", _l("the price rises to it at once")),
            SelectChoice("at_close", _l("the price runs on; the lot is sold at it at least")),
        ],
        default="jump",
    )
    hard_end_at = DateTimeLocalField(
        _l("Last possible end"),
        [Optional()],
        description=_l("Empty: late bids move the end without limit."),
    )
    reveal_hours = IntegerField(_l("Time to open the bids"), [Optional(), NumberRange(1, 168)])
    pricing = RadioField(
        _l("What the winner pays"),
        choices=[
            SelectChoice("first", _l("the own bid")),
            SelectChoice("second", _l("the next best bid, at least the start price")),
        ],
        default="first",
    )
    forfeits_unrevealed = BooleanField(
        _l("Who does not open a sealed bid loses the deposit (the notice says so).")
    )
    fall_step = YuanField(_l("The price falls each time by"), [Optional()])
    fall_minutes = IntegerField(_l("It falls every"), [Optional(), NumberRange(1, 10_080)])
    floor = YuanField(_l("Lowest price"), [Optional()])
    second_phase = BooleanField(_l("After the lot is taken, others may seal higher bids."))
    sealing_minutes = IntegerField(_l("Time to hand in"), [Optional(), NumberRange(1, 10_080)])
    reveal_minutes = IntegerField(_l("Time to open"), [Optional(), NumberRange(1, 10_080)])
    topping_minutes = IntegerField(
        _l("Time for the taker to answer"), [Optional(), NumberRange(1, 10_080)]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen format needs, beyond each field's own rules."""
        sound = super().validate(extra_validators)
        missing = [self[name] for name in self._needed() if self[name].data in (None, "")]
        for one in missing:
            _complain(one, str(_l("Please fill this in.")))
        wrong = list(self._wrong())
        for one, words in wrong:
            _complain(one, words)
        return sound and not missing and not wrong

    def _needed(self) -> list[str]:
        if self.format.data == "sealed":
            return ["reveal_hours"]
        if self.format.data == "english":
            return ["step"]
        phases = ["sealing_minutes", "reveal_minutes", "topping_minutes"]
        falls = ["fall_step", "fall_minutes", "floor"]
        return falls + (phases if self.second_phase.data else [])

    def _wrong(self) -> Iterator[tuple[Field, str]]:
        """What contradicts itself: a step of nothing, a floor above the start, steps that fall."""
        if self.format.data == "dutch":
            start = self["start"].minor or 0
            if self.floor.minor and self.floor.minor > start:
                yield self.floor, str(_l("The lowest price is above the start price."))
            if self["reserve"].minor is not None:
                words = _l("A falling price has no reserve: the lowest price is it.")
                yield self["reserve"], str(words)
        if self.format.data == "english":
            froms = [low for low, _step in self.ladder]
            if froms != sorted(set(froms)):
                yield self.step2_from, str(_l("Each step begins at a higher price."))
            ends = self["ends_at"].data
            if self.hard_end_at.data and ends and self.hard_end_at.data < ends:
                yield self.hard_end_at, str(_l("The last possible end lies before the end."))

    def validate_step(self, field: YuanField) -> None:
        """Refuse a step of nothing."""
        if field.minor == 0:
            raise ValidationError(str(_l("Please enter an amount above zero.")))

    @property
    def ladder(self) -> tuple[tuple[int, int], ...]:
        """The steps as (from, step) in fen; none where bids do not rise."""
        if self.format.data != "english":
            return ()
        more = (
            (self[f"step{number}_from"].minor, self[f"step{number}"].minor) for number in LADDER
        )
        return ((0, self.step.minor or 0), *((low, step) for low, step in more if low and step))

    @property
    def format_terms(self) -> dict[str, Any]:
        """What the format adds to the terms, as it is stored."""
        unopened = {"forfeits_unrevealed": bool(self.forfeits_unrevealed.data)}
        if self.format.data == "sealed":
            return {
                "reveal_hours": self.reveal_hours.data,
                "pricing": self.pricing.data,
                **unopened,
            }
        if self.format.data == "english":
            return {}
        fall = {
            "step_minor": self.fall_step.minor,
            "interval_seconds": (self.fall_minutes.data or 0) * 60,
            "floor_minor": self.floor.minor,
        }
        if not self.second_phase.data:
            return fall
        phases = ("sealing_minutes", "reveal_minutes", "topping_minutes")
        return fall | {name: self[name].data for name in phases} | unopened

    def show_format(self, name: str, ladder: list[list[int]], *, given: dict[str, Any]) -> None:
        """Put a lot's format into the form."""
        self.format.data = name
        for number, (low, step) in enumerate(ladder[:5], start=1):
            if number == 1:
                self.step.set_minor(step)
            else:
                self[f"step{number}_from"].set_minor(low)
                self[f"step{number}"].set_minor(step)
        for field in ("reveal_hours", "pricing", "forfeits_unrevealed", "sealing_minutes",
                      "reveal_minutes", "topping_minutes"):  # fmt: skip
            if given.get(field) is not None:
                self[field].data = given[field]
        self.second_phase.data = given.get("sealing_minutes") is not None
        if name == "dutch":
            self.fall_step.set_minor(given["step_minor"])
            self.floor.set_minor(given["floor_minor"])
            self.fall_minutes.data = given["interval_seconds"] // 60

    def propose_format(self, own: dict[str, int], *, price_minor: int | None) -> None:
        """Put the market's usual terms into an empty form; ``own``: the options in force."""
        self.reveal_hours.data = own["sealed_reveal_hours"]
        self.fall_minutes.data = own["dutch_interval_minutes"]
        self.sealing_minutes.data = own["dutch_sealing_minutes"]
        self.reveal_minutes.data = own["dutch_reveal_minutes"]
        self.topping_minutes.data = own["dutch_topping_minutes"]
        if price_minor:
            self.step.set_minor(max(100, price_minor // 100))
            self.fall_step.set_minor(max(100, price_minor // 50))


def _complain(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
