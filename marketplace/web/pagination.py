"""Paging by key: a cursor is the last row's sort key; it tells and permits nothing else."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from marketplace.kernel.errors import Invalid

Item = TypeVar("Item")
Key = list[int | str | None]


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """One page of rows and the cursor of the next (None at the end)."""

    items: Sequence[Item]
    next_cursor: str | None


def encode(key: Key) -> str:
    """A sort key as a URL-safe cursor."""
    body = json.dumps(key, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def decode(cursor: str | None, *, length: int) -> Key | None:
    """The key of a cursor; None for no cursor. Raises Invalid for anything forged."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise Invalid("bad_cursor") from error
    whole = isinstance(key, list) and len(key) == length
    if not whole or not all(isinstance(part, int | str | None) for part in key):
        raise Invalid("bad_cursor")
    return list(key)


def cut(rows: Sequence[Item], *, size: int, keys: Sequence[Key]) -> Slice[Item]:
    """Make a page from ``size + 1`` rows read and their sort keys."""
    if len(rows) <= size:
        return Slice(rows, None)
    return Slice(rows[:size], encode(keys[size - 1]))
