"""Order of results and the cursor that continues it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

from search.errors import SearchRefused
from search.model import Query

#: Results are paged through up to this many; who needs more narrows the query.
WINDOW = 10_000
#: Stands for "has no such number": after everything that has one.
MISSING = 1e18

#: (0 full match, 1 partial), the chosen order, the negative score, a number made of the id.
SortKey = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where a page begins: after ``key``, with ``seen`` results before it."""

    key: SortKey
    seen: int


def tie_number(identity: str) -> float:
    """A stable number of an id (52 bits, exact in a float) that settles what is otherwise equal."""
    digest = hashlib.blake2b(identity.encode(), digest_size=8).digest()
    return float(int.from_bytes(digest, "big") >> 12)


def effective_sort(query: Query) -> str:
    """Relevance of nothing in particular is the newest first."""
    if query.sort == "relevance" and not query.text.strip():
        return "newest"
    return query.sort


#: Sort → (number it goes by, 1 ascending or -1 descending).
NUMBER_OF_SORT = {
    "newest": ("published_ms", -1),
    "price_asc": ("price_minor", 1),
    "price_desc": ("price_minor", -1),
    "ending": ("ends_ms", 1),
    "trl": ("trl", -1),
}


def write_cursor(query: Query, place: Place) -> str:
    """The cursor of the page after ``place``, to be handed out in a URL."""
    data = [_digest(query), place.seen, *place.key]
    text = json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(query: Query) -> Place | None:
    """The place that the query's cursor names; SearchRefused bad_cursor or page_window."""
    if not query.cursor:
        return None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        digest, seen, *key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        place = Place((float(key[0]), float(key[1]), float(key[2]), float(key[3])), int(seen))
    except (ValueError, TypeError, IndexError, binascii.Error, RecursionError) as error:
        raise SearchRefused("bad_cursor") from error
    if digest != _digest(query) or len(key) != 4 or place.seen < 0:
        raise SearchRefused("bad_cursor")
    if place.seen >= WINDOW:
        raise SearchRefused("page_window", limit=WINDOW)
    return place


def _digest(query: Query) -> str:
    filters = sorted((key, sorted(values)) for key, values in query.filters.items())
    ranges = sorted(query.ranges.items())
    told = json.dumps([query.text, filters, ranges, query.sort, query.translate])
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()
