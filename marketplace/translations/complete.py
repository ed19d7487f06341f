"""``python -m marketplace.translations.complete``: is every visible string there in Chinese?

With ``--update`` new strings are added to the catalogue, untranslated, and unused ones removed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import checkers
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PO = HERE / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
METHODS = [
    ("marketplace/**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("templates/**.txt", "jinja2.ext:babel_extract"),
    ("templates/**.xml", "jinja2.ext:babel_extract"),
]
OPTIONS = {pattern: {"trimmed": "false", "silent": "false"} for pattern, _method in METHODS[1:]}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def template() -> Catalog:
    """Every visible string of the source."""
    found = Catalog(project="technology market", charset="utf-8")
    for folder in ("marketplace", "templates"):
        for name, line, message, comments, _context in extract_from_dir(
            ROOT / folder,
            [
                (pattern.split("/", 1)[1], method)
                for pattern, method in METHODS
                if pattern.startswith(folder)
            ],
            {pattern.split("/", 1)[1]: options for pattern, options in OPTIONS.items()},
            keywords=KEYWORDS,
        ):
            found.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments)
    return found


def read() -> Catalog:
    """The Chinese catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="zh_Hans_CN", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def problems(source: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What is missing, doubtful or broken; nothing when the Chinese is complete."""
    for message in source:
        if not message.id:
            continue
        kept = catalogue.get(message.id)
        where = ", ".join(f"{name}:{line}" for name, line in message.locations[:2])
        if kept is None or not _texts(kept) or not all(_texts(kept)):
            yield f"not translated: {message.id!r} ({where})"
        elif kept.fuzzy:
            yield f"fuzzy: {message.id!r} ({where})"
        else:
            yield from (f"{error}: {message.id!r}" for error in _errors(kept, catalogue))


def _texts(message: Message) -> tuple[str, ...]:
    found = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(str(one or "") for one in found)


def _errors(message: Message, catalogue: Catalog) -> Iterator[str]:
    for check in checkers:
        try:
            check(catalogue, message)
        except ValueError as error:
            yield str(error)


def update(source: Catalog, catalogue: Catalog) -> None:
    """Bring the kept catalogue to the strings of the source and write it."""
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    with PO.open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False, width=100, no_location=True)


def main() -> int:
    """Print the problems; exit status 1 when there is one."""
    source, catalogue = template(), read()
    if "--update" in sys.argv[1:]:
        update(source, catalogue)
    found = list(problems(source, catalogue))
    for line in found:
        sys.stdout.write(f"{line}\n")
    total = sum(1 for message in source if message.id)
    sys.stdout.write(f"{total - len(found)} of {total} strings are there in Chinese\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
