"""Fixtures of the fault stories."""

from tests.integration.showcase.stage import cast

__all__ = ["cast"]
