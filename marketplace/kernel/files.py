"""Where file contents live: a local folder or an S3 bucket, behind one small door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import obstore
from obstore.store import LocalStore, from_url

from marketplace.kernel.ids import token
from marketplace.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored content: its random key, size in bytes and SHA-256 in hex."""

    key: str
    size: int
    sha256: str


@lru_cache(maxsize=8)
def _store(url: str, folder: str) -> Any:
    if url:
        return from_url(url)
    return LocalStore(folder, mkdir=True)


def _open(settings: Settings) -> Any:
    return _store(settings.files_url, str(settings.home / "files"))


def put(settings: Settings, content: bytes, *, area: str) -> Stored:
    """Store ``content`` under a new random key in ``area`` (e.g. ``listings``)."""
    name = token()
    key = f"{area}/{name[:2]}/{name}"
    obstore.put(_open(settings), key, content)
    return Stored(key, len(content), hashlib.sha256(content).hexdigest())


def get(settings: Settings, key: str) -> bytes:
    """The whole content of ``key``; raises FileNotFoundError."""
    return bytes(obstore.get(_open(settings), key).bytes())


def delete(settings: Settings, key: str) -> None:
    """Remove the content; a missing one is no error."""
    try:
        obstore.delete(_open(settings), key)
    except FileNotFoundError:
        return


def keys(settings: Settings, area: str) -> Iterator[str]:
    """Every key of an area (for the sweep that matches files and rows, I12)."""
    for batch in obstore.list(_open(settings), prefix=area):
        yield from (entry["path"] for entry in batch)
