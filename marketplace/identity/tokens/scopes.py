"""What an API token may do, by name."""

from __future__ import annotations

SCOPES: dict[str, str] = {
    "read": "read what the person may see",
    "listings:write": "draft, submit and change listings",
    "bids:write": "place bids",
    "demands:write": "post and change demands",
}
"""Scope → what it opens; a token without ``bids:write`` can never bid (T22)."""
