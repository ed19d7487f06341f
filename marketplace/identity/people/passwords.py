"""Passwords: argon2id with a pepper, and what is refused as a new one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from passlib.context import CryptContext

from marketplace.kernel.settings import Settings

SHORTEST = 12
LONGEST = 128
"""Beyond this the guess estimate itself becomes a burden on the server."""
WEAKEST_SCORE = 2
SCHEME = "argon2"


def hashing_options(mode: str) -> Mapping[str, Any]:
    """Cost of one hash: 19 MiB and two passes, or next to nothing in tests."""
    memory, rounds = (8, 1) if mode == "test" else (19 * 1024, 2)
    return {
        "argon2__type": "ID",
        "argon2__memory_cost": memory,
        "argon2__rounds": rounds,
        "argon2__parallelism": 1,
    }


@lru_cache(maxsize=4)
def _context(mode: str) -> CryptContext:
    return CryptContext(schemes=[SCHEME], **hashing_options(mode))


def normal(password: str) -> str:
    """One spelling for what different keyboards produce."""
    return unicodedata.normalize("NFKD", password)


def hash_password(settings: Settings, password: str) -> str:
    """Hash as Flask-Security does with this instance's salt, so that it can verify it."""
    salt = settings.secrets.password_salt.encode()
    peppered = hmac.new(salt, normal(password).encode(), hashlib.sha512).digest()
    return str(_context(settings.mode).hash(base64.b64encode(peppered).decode()))


def refusal(password: str, *, about: Iterable[str] = ()) -> str | None:
    """The code why a new password is refused, or None; ``about`` are words of the person.

    Length decides, not symbols; what a list of common passwords, keyboard rows or the
    person's own name makes easy to guess is refused.
    """
    wrong_length = length_refusal(password)
    if wrong_length:
        return wrong_length
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists would weigh on every process

    words = [word for word in about if word]
    score: int = zxcvbn(password, user_inputs=words, max_length=LONGEST)["score"]
    return "identity.password_guessable" if score < WEAKEST_SCORE else None


def length_refusal(password: str) -> str | None:
    """The code why a password's length is refused, or None."""
    if len(password) < SHORTEST:
        return "identity.password_short"
    if len(password) > LONGEST:
        return "identity.password_long"
    return None
