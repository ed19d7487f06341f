"""Encryption at rest for identity numbers, bank accounts and phones; the key is no table's."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.fernet import Fernet

from marketplace.kernel.settings import Secrets


def seal(keys: Secrets, text: str) -> str:
    """Encrypt a short secret for a column."""
    return Fernet(keys.cipher_key.encode()).encrypt(text.encode()).decode()


def unseal(keys: Secrets, token: str) -> str:
    """Decrypt what ``seal`` made."""
    return Fernet(keys.cipher_key.encode()).decrypt(token.encode()).decode()


def fingerprint(keys: Secrets, text: str) -> str:
    """A keyed digest for finding equal values without storing them in the clear."""
    return hmac.new(keys.cipher_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def masked(text: str, *, first: int = 3, last: int = 4) -> str:
    """``13800001234`` → ``138****1234``; short texts are wholly hidden."""
    if len(text) <= first + last:
        return "*" * len(text)
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}"
