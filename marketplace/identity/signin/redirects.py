"""Where a sign-in may lead back to: a path of this site and nothing else (T15)."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

LONGEST = 2_000


def is_own_path(target: str) -> bool:
    """True for ``/path?query`` of this site, in whatever way a browser might read it.

    Refused: other hosts and schemes, ``//host``, backslashes, control characters, spaces and
    anything outside ASCII before the query, also when percent-encoded.
    """
    if not target or len(target) > LONGEST or not target.startswith("/"):
        return False
    path = target.split("?", 1)[0].split("#", 1)[0]
    return all(_is_plain(layer) for layer in (path, unquote(path), unquote(unquote(path)))) and (
        _has_no_control(target) and not urlsplit(target).netloc
    )


def _is_plain(path: str) -> bool:
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and "//" not in path
        and "@" not in path
        and all("!" <= character <= "~" for character in path)
    )


def _has_no_control(target: str) -> bool:
    decoded = unquote(target)
    return target.isprintable() and " " not in target and decoded.isprintable()


def drop_foreign_next() -> None:
    """Forget a ``next`` that is not a path of this site, before any library reads it."""
    for name in ("args", "form"):
        values: ImmutableMultiDict[str, str] = getattr(request, name)
        if all(is_own_path(target) for target in values.getlist("next") if target):
            continue
        kept = [(key, value) for key, value in values.items(multi=True) if key != "next"]
        setattr(request, name, ImmutableMultiDict(kept))
