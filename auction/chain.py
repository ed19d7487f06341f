"""The hash chain and the commitments: what makes a log provable.

``h_n = SHA-256(h_{n-1} ‖ canonical JSON of the public event)``, hashes as 32 raw bytes, h_0 all
zero. A secret enters as ``commitment = HMAC-SHA-256(salt, canonical JSON of the secret)``, where
the key is the salt's 32 hexadecimal digits in ASCII.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from json import encoder
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_MAKE = getattr(encoder, "c_make_encoder", None)  # absent where Python has no C part
_HOW = (None, _ENCODER.default, encoder.encode_basestring_ascii, None, ":", ",", True, False, False)
_PARTS = _MAKE and _MAKE(*_HOW)
"""What ``_ENCODER.encode`` would make anew on each call, three times for every bid."""


def canonical(value: Any) -> str:
    """The one spelling of a JSON value: sorted names, no blanks, ASCII, integers only."""
    return "".join(_PARTS(value, 0)) if _PARTS else _ENCODER.encode(value)


def new_salt() -> str:
    """128 random bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def commit(salt: str, secret: str) -> str:
    """The commitment to the canonical text ``secret``."""
    return hmac.digest(salt.encode(), secret.encode(), "sha256").hex()


def link(previous: str, public: str) -> str:
    """The hash of an entry with the canonical text ``public`` after the hash ``previous``."""
    return hashlib.sha256(bytes.fromhex(previous) + public.encode()).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of the canonical spelling of ``value``."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
