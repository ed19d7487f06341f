"""Ask a route as a role, and say in one letter how the site answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from werkzeug.test import TestResponse

from tests.integration.site.town import ROLES, Town

LETTERS = {
    "A": "allowed: 2xx, or 3xx to anywhere but the sign-in",
    "R": "let in, but the input or the state refused it: 409, 422",
    "S": "sign in first: 303 to the sign-in, 401 for programs",
    "F": "forbidden: 403",
    "H": "hidden: 404, the same for what is private and for what does not exist",
}
NOTHING = 987_654_321
"""The number of a thing that does not exist."""


@dataclass(frozen=True, slots=True)
class Row:
    """A route with a thing, what is sent, and the expected letter of each role."""

    method: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    expected: str = ""

    @property
    def name(self) -> str:
        things = ",".join(f"{key}={value}" for key, value in self.values.items())
        asked = ",".join(f"?{key}={value}" for key, value in self.query.items())
        sent = f"+{self.form}" if self.form else ""
        return " ".join(filter(None, (self.method, self.endpoint, things, asked, sent)))


def rows_of(table: str) -> Iterator[Row]:
    """The rows of a table; lines that begin with # are headings."""
    for line in table.splitlines():
        if line.strip() and not line.startswith("#"):
            yield _row(line.split())


def _row(words: list[str]) -> Row:
    method, endpoint, *rest = words
    values: dict[str, str] = {}
    query: dict[str, str] = {}
    form = expected = ""
    for word in rest:
        key, equal, value = word.lstrip("?").partition("=")
        if word.startswith("?"):
            query[key] = value
        elif word.startswith("+"):
            form = word[1:]
        elif equal:
            values[key] = value
        else:
            expected = word
    return Row(method, endpoint, values, query, form, expected)


def path_of(town: Town, row: Row, names: Mapping[str, Any]) -> str:
    """The address: a value is the name of a thing, or a plain text."""
    with town.app.test_request_context():
        values = {key: _value(value, names) for key, value in row.values.items()}
        asked = {key: _value(value, names) for key, value in row.query.items()}
        return url_for(row.endpoint, **values, **asked)


def _value(value: str, names: Mapping[str, Any]) -> Any:
    if value == "nothing":
        return NOTHING
    if value.startswith("'"):
        return value[1:]
    return names.get(value.removeprefix("@"), value)


def ask(
    town: Town, row: Row, role: str, *, names: Mapping[str, Any], forms: Mapping[str, Any]
) -> TestResponse:
    """The site's answer to the role."""
    browser = town.client(ROLES[role])
    path = path_of(town, row, names)
    if row.method == "GET":
        return browser.get(path)
    data = {key: names.get(value, value) for key, value in forms.get(row.form, {}).items()}
    return browser.post(path, data=data)


def letter(status: int, location: str | None) -> str:
    """One of ``LETTERS``, or the status where none fits."""
    if status == 401 or (status in (302, 303) and "/identity/sign-in" in (location or "")):
        return "S"
    if status < 400:
        return "A"
    return {403: "F", 404: "H", 409: "R", 422: "R"}.get(status, f"[{status}]")
