"""Fixtures of the listing stories."""

from __future__ import annotations

from tests.integration.showcase.stage import cast, site

__all__ = ["cast", "site"]
