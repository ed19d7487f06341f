"""The demo's accounts: one password of the instance, and the file that lists who is who."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from marketplace.demo.content import Row, rows
from marketplace.kernel.settings import Settings

FILE = "demo-accounts.json"
CONSONANTS, VOWELS = "bdfghklmnprstvwz", "aeiou"
MAIN = (
    "seller", "buyer", "second buyer", "agency", "reviewer", "auctioneer", "clerk", "treasurer",
    "administrator",
)  # fmt: skip
"""The roles of the tour, in its order; each has one account."""


def password_of(settings: Settings) -> str:
    """The password of every demo account of this instance: readable, and different elsewhere.

    It follows from the instance's secrets, so that a demo made anew keeps it: four invented
    words and four digits (about 60 bits).
    """
    key = settings.secrets.password_salt.encode()
    bytes_ = iter(hmac.new(key, b"demo accounts", hashlib.sha256).digest())
    words = ["".join(_syllable(next(bytes_), next(bytes_)) for _ in range(2)) for _ in range(4)]
    digits = "".join(str(next(bytes_) % 10) for _ in range(4))
    return "-".join((*words, digits))


def _syllable(first: int, second: int) -> str:
    return CONSONANTS[first % len(CONSONANTS)] + VOWELS[second % len(VOWELS)]


def write(settings: Settings, password: str) -> Path:
    """Write who is who, for the owner of the instance only; the file's path."""
    path = settings.home / FILE
    houses = {row["key"]: row["name"]["zh"] for row in rows("organisation")}
    lines = [_line(row, password, houses) for row in rows("person")]
    met: set[str] = set()
    for line in lines:  # a role names one account; further people of its kind stand behind it
        if line["role"] in met:
            line["role"] = f"other {line['role']}"
        met.add(line["role"])
    body = json.dumps(lines, ensure_ascii=False, indent=1) + "\n"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(body)
    return path


def _line(row: Row, password: str, houses: Mapping[str, str]) -> dict[str, str]:
    return {
        "role": row["part"].replace("_", " "),
        "name": row["name"][row["language"]],
        "email": row["email"],
        "password": password,
        "organisation": houses[row["organisation"]],
    }


def read(settings: Settings) -> list[dict[str, str]]:
    """Who is who; an empty list where no demo was loaded."""
    try:
        lines: list[dict[str, str]] = json.loads((settings.home / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return []
    return lines


def tell(settings: Settings, echo: Callable[[str], None]) -> None:
    """Print the address, and one account for each role of the tour."""
    echo(f"{settings.name_en}: {settings.base_url}")
    lines = read(settings)
    if not lines:
        echo("No demo accounts: this market was not filled by the demo.")
        return
    echo(f"Demo accounts (all of them: {settings.home / FILE}):")
    first = {line["role"]: line for line in reversed(lines)}
    for role in MAIN:
        line = first[role]
        echo(f"  {role:14} {line['email']:24} {line['password']}  {line['organisation']}")
