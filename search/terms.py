"""The table of suggestible words beside the index: spelling, initials, number of public records.

Built by the indexer, read by the web processes; SQLite keeps it small in memory and lets a batch
appear at once. Only words of public records count.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from search import pinyin
from search.analysis import analyse
from search.domain_words import DOMAIN_WORDS
from search.model import PUBLIC, VISIBILITY, Change, Document
from search.normal import folded
from search.stopwords import STOP_WORDS

_SCHEMA = """
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, shown TEXT NOT NULL,
  kind TEXT NOT NULL, pinyin TEXT NOT NULL, initials TEXT NOT NULL, records INTEGER NOT NULL);
CREATE INDEX term_pinyin ON term (pinyin);
CREATE INDEX term_initials ON term (initials);
CREATE TABLE use (record TEXT NOT NULL, term INTEGER NOT NULL, PRIMARY KEY (record, term))
  WITHOUT ROWID;
CREATE TABLE reading (character TEXT NOT NULL, pinyin TEXT NOT NULL,
  PRIMARY KEY (character, pinyin)) WITHOUT ROWID;
"""
_ADD_TERM = """INSERT INTO term (text, shown, kind, pinyin, initials, records)
  VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (text) DO NOTHING"""
_ADD_USE = "INSERT OR IGNORE INTO use SELECT ?, id FROM term WHERE text = ?"
_COUNT = """UPDATE term SET records = counted.records
  FROM (SELECT term, count(*) AS records FROM use GROUP BY term) AS counted
  WHERE term.id = counted.term"""
_FORGET = """UPDATE term SET records = records - 1
  WHERE id IN (SELECT term FROM use WHERE record = ?)"""
_LONGEST_TERM = 40
_LONGEST_WORD = 16
#: Beyond every character in use: the end of a range of texts with one prefix.
_END = "\U0010ffff"


class Term(NamedTuple):
    """A word with its spelling and its number of public records."""

    text: str
    shown: str
    kind: str
    pinyin: str
    records: int


def words_of(document: Document) -> dict[str, tuple[str, str]]:
    """The suggestible words of a record: folded text → (as shown, kind); none unless public."""
    if PUBLIC not in document.keys.get(VISIBILITY, ()):
        return {}
    words: dict[str, tuple[str, str]] = {}
    for text, kind in [(document.applicant, "organisation")]:
        _take(words, text, kind)
    for keyword in document.keywords:
        _take(words, keyword, "keyword")
    for text in (document.title, *document.keywords, document.applicant, document.title_en):
        for word in analyse(text).words:
            if word.kind in ("han", "latin") and word.surface not in STOP_WORDS:
                for surface in (word.surface, *(word.variants if word.kind == "han" else ())):
                    _take(words, surface, "word")
    return words


def _take(words: dict[str, tuple[str, str]], text: str, kind: str) -> None:
    key = folded(text)
    if 2 <= len(key) <= _LONGEST_TERM:
        words.setdefault(key, (text.strip(), kind))


class TermTable:
    """The table in a file, or in memory for ``path`` None."""

    def __init__(self, path: Path | None, *, writable: bool) -> None:
        if path is None:
            self._base = sqlite3.connect(":memory:", check_same_thread=False)
        else:
            mode = "rwc" if writable else "ro"
            uri = f"{path.absolute().as_uri()}?mode={mode}"
            self._base = sqlite3.connect(uri, uri=True, timeout=5.0, check_same_thread=False)
        weakref.finalize(self, self._base.close)
        self._lock = threading.RLock()
        if writable:
            # A cache of the database: lost on a power failure, rebuilt from there.
            self._base.execute("PRAGMA synchronous = OFF")
            if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'term'"):
                _empty_table().backup(self._base)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._base.execute(sql, tuple(values)).fetchall()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._base.close()

    def apply(self, batch: Iterable[Change]) -> None:
        """Replaces the words of the changed records in one transaction."""
        with self._lock, self._base:
            self._base.execute("BEGIN IMMEDIATE")
            for change in batch:
                words = words_of(change.document) if change.document else {}
                self._replace(change.id, words)

    def fill(self, documents: Iterable[Document]) -> None:
        """Adds the words of many records that are not in yet, and counts once at the end."""
        with self._lock, self._base:
            for document in documents:
                self._use(document.id, words_of(document))
            self._base.execute(_COUNT)

    def _replace(self, record: str, words: dict[str, tuple[str, str]]) -> None:
        self._base.execute(_FORGET, (record,))
        self._base.execute("DELETE FROM use WHERE record = ?", (record,))
        self._use(record, words)
        self._base.executemany(
            "UPDATE term SET records = records + 1 WHERE text = ?", [(text,) for text in words]
        )

    def _use(self, record: str, words: dict[str, tuple[str, str]]) -> None:
        _add_terms(self._base, words)
        keys = [(record, text) for text in words]
        self._base.executemany(_ADD_USE, keys)

    def spelled(self, spelling: str, most: int) -> list[Term]:
        """Han words with exactly this pinyin, the most used first."""
        return self._terms("pinyin = ? AND text <> ?", (spelling, spelling), most)

    def beginning(self, column: str, prefix: str, most: int) -> list[Term]:
        """Used words whose text, pinyin or initials begin with ``prefix``, the most used first."""
        if column not in ("text", "pinyin", "initials"):
            raise ValueError(column)
        where = f"{column} >= ? AND {column} < ? AND records > 0"
        return self._terms(where, (prefix, prefix + _END), most)

    def _terms(self, where: str, values: Sequence[object], most: int) -> list[Term]:
        # The condition is written in this module; values are bound.
        sql = (
            "SELECT text, shown, kind, pinyin, records FROM term "  # noqa: S608
            f"WHERE {where} ORDER BY records DESC, length(text), text LIMIT ?"
        )
        return [Term(*row) for row in self._rows(sql, (*values, most))]  # type: ignore[arg-type]

    def records(self, text: str) -> int:
        """How many public records have the word in title, keywords or applicant."""
        rows = self._rows("SELECT records FROM term WHERE text = ?", (text,))
        return int(str(rows[0][0])) if rows else 0

    def vocabulary(self) -> list[Term]:
        """Words and short keywords in use, and the domain's words; the most used first."""
        return self._terms("kind <> 'organisation' AND length(text) <= ?", (_LONGEST_WORD,), -1)

    def readings(self, character: str) -> tuple[str, ...]:
        """The pinyin readings of a character; itself when it has none."""
        rows = self._rows("SELECT pinyin FROM reading WHERE character = ?", (character,))
        return tuple(str(row[0]) for row in rows) or (character,)

    def mark(self) -> tuple[int, int]:
        """Changes whenever this or another process changed the table."""
        return int(str(self._rows("PRAGMA data_version")[0][0])), self._base.total_changes


@cache
def _empty_table() -> sqlite3.Connection:
    """A table with the readings of all characters and the domain's words, to be copied."""
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.executescript(_SCHEMA)
    with base:
        base.executemany("INSERT OR IGNORE INTO reading VALUES (?, ?)", pinyin.readings())
        _add_terms(base, {word: (word, "word") for word in DOMAIN_WORDS})
    return base


def _add_terms(base: sqlite3.Connection, words: dict[str, tuple[str, str]]) -> None:
    rows = [
        (text, shown, kind, pinyin.joined(text), pinyin.initials(text))
        for text, (shown, kind) in words.items()
        if not base.execute("SELECT 1 FROM term WHERE text = ?", (text,)).fetchone()
    ]
    base.executemany(_ADD_TERM, rows)
