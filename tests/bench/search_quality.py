"""Scoreboard S3: how well real titles find their records. ``python -m tests.bench.search_quality``.

Prints measure, bar, measured value and whether the bar is held, one line each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from search.backends.whoosh import WhooshBackend
from search.evaluate import mean
from search.lexicon import Lexicon, learn_lexicon
from search.model import Document, Query
from search.synonyms import Synonyms
from tests.bench import search_data

K = 10


def found_at(backend: WhooshBackend, text: str, wanted: frozenset[str]) -> float:
    """1 when one of the wanted records is among the first ten."""
    hits = backend.search(Query(text=text[:1000], page_size=K, translate=True)).hits
    return 1.0 if wanted & {hit.id for hit in hits} else 0.0


def recall(
    documents: Iterable[Document],
    queries: Sequence[tuple[str, frozenset[str]]],
    *,
    synonyms: Synonyms | None = None,
) -> float:
    """Recall@10 of the queries over a fresh index of the documents."""
    with tempfile.TemporaryDirectory() as folder:
        backend = WhooshBackend(Path(folder), writable=True, synonyms=synonyms)
        backend.rebuild(documents, 1)
        measured = mean([found_at(backend, text, wanted) for text, wanted in queries])
        backend.close()
    return measured


def papers() -> float:
    """A paper's title finds its abstract."""
    rows = search_data.rows("csl_papers_zh.jsonl.gz")
    queries = [(row["title"], frozenset([row["id"]])) for row in rows]
    return recall(map(search_data.paper, rows), queries)


def _patents() -> list[tuple[str, dict[str, Any]]]:
    """Patents with title and abstract, one for each title: a title of several names none."""
    kept: dict[str, tuple[str, dict[str, Any]]] = {}
    for at, row in enumerate(search_data.rows("patents_zh.jsonl.gz")):
        if row.get("title") and row.get("abstract"):
            kept.setdefault(row["title"], (f"patent:{at}", row))
    return list(kept.values())


def patents(*, with_title: bool) -> float:
    """A patent's title finds its record, with the title in it or with the abstract alone."""
    rows = _patents()
    documents = [search_data.patent(row, key, with_title=with_title) for key, row in rows]
    return recall(documents, [(row["title"], frozenset([key])) for key, row in rows])


def english(lexicon: Lexicon | None) -> float:
    """The English title finds the Chinese record, whose English text is not indexed."""
    rows = _patents()
    same: dict[str, set[str]] = {}
    for key, row in rows:
        same.setdefault(str(row.get("title_en")).casefold(), set()).add(key)
    documents = [search_data.patent(row, key) for key, row in rows]
    queries = [
        (title, frozenset(keys)) for title, keys in same.items() if title not in ("none", "")
    ]
    return recall(documents, queries, synonyms=Synonyms.curated(lexicon=lexicon))


def numbers() -> float:
    """Every application and publication number finds its record, in four spellings each."""
    rows = [row for row in search_data.rows("patents_zh.jsonl.gz") if row.get("pub_no")]
    by_number: dict[str, set[str]] = {}
    for at, row in enumerate(rows):
        for code in (row.get("app_no"), row.get("pub_no")):
            if code:
                by_number.setdefault(str(code), set()).add(f"patent:{at}")
    documents = [search_data.patent(row, f"patent:{at}") for at, row in enumerate(rows)]
    queries = [
        (spelling, frozenset(ids))
        for code, ids in by_number.items()
        for spelling in (code, code.lower(), " ".join(code), "专利号：" + code.replace(".", ""))
    ]
    return recall(documents, queries)


def learned() -> Lexicon:
    """The lexicon of the official classification titles."""
    return learn_lexicon(search_data.bilingual_titles())


def main() -> int:
    """Prints the scoreboard; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-lexicon", action="store_true", help="skip the learned lexicon (20 s)")
    options = parser.parse_args()
    board = [
        ("paper title → abstract, recall@10", 0.985, papers()),
        ("patent title → abstract-only record, recall@10", 0.93, patents(with_title=False)),
        ("patent title → record, recall@10", 0.985, patents(with_title=True)),
        ("number in any spelling → record", 1.0, numbers()),
    ]
    if not options.no_lexicon:
        board.append(("English title → Chinese record, recall@10", 0.55, english(learned())))
    for name, bar, measured in board:
        held = "held" if measured >= bar else "MISSED"
        print(f"whoosh  {name:52} bar {bar:.3f}  measured {measured:.4f}  {held}")
    return 0 if all(measured >= bar for _, bar, measured in board) else 1


if __name__ == "__main__":
    sys.exit(main())
