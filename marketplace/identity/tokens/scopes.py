"""What an API token may do, by name."""

from __future__ import annotations

SCOPES: dict[str, str] = {
    "read": "read what the person may see",
    "bids:write": "place bids",
}
"""Scope → what it opens; a token without ``bids:write`` can never bid (T22)."""
