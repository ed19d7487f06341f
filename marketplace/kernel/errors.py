"""What can go wrong on purpose. The web layer alone knows the HTTP status and the words."""

from __future__ import annotations


class MarketError(Exception):
    """Base of every expected failure.

    ``code`` is the stable key of its translated text, ``facts`` are the values in that text.
    """

    code = "error"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        self.code = code or type(self).code
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        facts = ", ".join(f"{key}={value!r}" for key, value in self.facts.items())
        return f"{self.code}({facts})" if facts else self.code


class NotFound(MarketError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class Forbidden(MarketError):
    """The actor may see the thing, but not do this to it."""

    code = "forbidden"


class SignInNeeded(Forbidden):
    """Nobody is signed in; a page answers with the sign-in form."""

    code = "sign_in_needed"


class Invalid(MarketError):
    """The input cannot be taken; ``errors`` maps a field name to a list of messages or codes."""

    code = "invalid"


class Conflict(MarketError):
    """The thing changed, or its state does not allow this now."""

    code = "conflict"


class TooMany(MarketError):
    """A limit is reached; ``retry_after_seconds`` says when to come again."""

    code = "too_many"


class Unavailable(MarketError):
    """The market cannot do this right now; nothing was changed and a retry is safe."""

    code = "unavailable"
