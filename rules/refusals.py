"""What the rules raise when a value is refused: a stable code and the facts to explain it."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(ValueError):
    """A value the rules do not accept.

    ``code`` is stable and chosen by the rule; ``facts`` hold what a text needs (for instance
    ``expected``). The web layer turns both into a sentence.
    """

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.facts: dict[str, object] = dict(facts or {})
        super().__init__(code, self.facts)

    def __str__(self) -> str:
        """``code (key: value, …)``, for logs and the command line."""
        facts = ", ".join(f"{key}: {value}" for key, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


class NumberRefused(Refused):
    """A patent, identity, agency or contract number or a class symbol is refused."""


class AmountRefused(Refused):
    """A typed amount of money is refused."""


class FeeRefused(Refused):
    """The facts given to the fee clock contradict each other."""


class CalendarRefused(Refused):
    """A holiday file is not in the expected form."""
