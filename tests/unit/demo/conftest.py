"""The demo content by key, and days on which the demo might be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from marketplace.demo.content import rows

LOADING_DAYS = (date(2026, 11, 22), date(2027, 2, 28), date(2027, 7, 1), date(2028, 2, 29))


@pytest.fixture(scope="session")
def organisations() -> Mapping[str, Any]:
    return {row["key"]: row for row in rows("organisation")}


@pytest.fixture(scope="session")
def people() -> Mapping[str, Any]:
    return {row["key"]: row for row in rows("person")}


@pytest.fixture(scope="session")
def listings() -> Mapping[str, Any]:
    return {row["key"]: row for row in rows("listing")}
