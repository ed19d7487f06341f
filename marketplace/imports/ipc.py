"""Load the official bilingual scheme, and learn from its titles which words mean the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Invalid
from marketplace.kernel.sheets.reading import content_of
from marketplace.showcase.classification.commands import Entry, load_scheme
from rules.ipc import parse_ipc, parse_ipc_prefix
from rules.refusals import NumberRefused
from search.engine import LEXICON_FILE
from search.lexicon import learn_lexicon


def load(ctx: Context, *, zh: Path, en: Path) -> dict[str, int]:
    """Load both tables (code, level, title); returns {symbols, both, refused, words}.

    Raises Invalid for a file without these three columns. The lexicon is written beside the
    search index; the next rebuild uses it.
    """
    refused = 0
    entries: dict[str, Entry] = {}
    for name, path in (("title_zh", zh), ("title_en", en)):
        for code, level, title in _table(path):
            symbol = _symbol(code)
            if symbol is None:
                refused += 1
                continue
            before = entries.get(symbol, Entry(symbol, level))
            titles = {"title_zh": before.title_zh, "title_en": before.title_en, name: title}
            entries[symbol] = Entry(symbol, before.level, **titles)
    load_scheme(ctx, entries)
    pairs = [
        (one.title_en, one.title_zh) for one in entries.values() if one.title_zh and one.title_en
    ]
    lexicon = learn_lexicon(pairs)
    lexicon.save(ctx.settings.index_folder / LEXICON_FILE)
    return {
        "symbols": len(entries),
        "both": len(pairs),
        "refused": refused,
        "words": len(lexicon.to_chinese),
    }


def _table(path: Path) -> Iterator[tuple[str, str, str]]:
    text = content_of(path).decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""))
    header = next(reader, [])
    if len(header) != 3 or header[:2] != ["code", "level"] or not header[2].startswith("title"):
        raise Invalid("import.not_an_ipc_table", name=path.name)
    for row in reader:
        if len(row) == 3:
            yield row[0].strip(), row[1].strip(), " ".join(row[2].split())


def _symbol(code: str) -> str | None:
    try:
        return parse_ipc(code).canonical if len(code) > 3 else parse_ipc_prefix(code)
    except NumberRefused:
        return None
