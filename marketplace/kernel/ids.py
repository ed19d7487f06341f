"""Random identifiers for people to read and for machines to keep secret."""

from __future__ import annotations

import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No 0/O, 1/I/L: a code is read aloud and typed from paper."""


def verify_code() -> str:
    """A document's verification code, ``XXXX-XXXX-XXXX`` (59 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def normal_code(text: str) -> str:
    """A typed code as stored: upper case, dashes where they belong."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def token() -> str:
    """An unguessable token (256 bits)."""
    return secrets.token_urlsafe(32)
