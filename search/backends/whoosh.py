"""The embedded engine on Whoosh: files in a folder, one writing process, any number of readers.

``folder/CURRENT`` names the generation folder in use; a rebuild makes a new one beside it and
swaps the name. The index is a cache of the database: nothing is fsynced but a rebuild.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from whoosh.index import EmptyIndexError

from search.backends.pages import Run
from search.backends.whoosh_generation import Generation, GenerationReader
from search.backends.whoosh_writer import (
    TERMS_FILE,
    FolderWriter,
    current_folder,
    index_fingerprint,
    made_with,
)
from search.columns import Dictionary
from search.errors import IndexUnusable
from search.limits import Budget, Gate, Meter, check
from search.model import Change, Document, Page, Query, Suggestion
from search.plan import Planner, likeness
from search.spelling import Speller
from search.suggest import read_pinyin, suggest
from search.synonyms import Synonyms
from search.terms import TermTable

_ATTEMPTS = 20


class _Open:
    """One generation folder opened for reading, with its word table."""

    def __init__(self, folder: Path, dictionary: Dictionary) -> None:
        self.folder = folder
        self.reader = GenerationReader(folder, dictionary)
        self.fingerprint = made_with(folder)
        self.table = TermTable(folder / TERMS_FILE, writable=False)
        self.speller = Speller(self.table)

    def readings(self, spelling: str) -> tuple[tuple[str, ...], ...]:
        """What a pinyin spelling means in this index."""
        return read_pinyin(self.table, spelling)


class WhooshBackend:
    """See ``search.backends.base.Backend``. Open it after the web server has forked."""

    def __init__(
        self, folder: Path, *, writable: bool = False, synonyms: Synonyms | None = None
    ) -> None:
        self._folder = folder
        self._synonyms = synonyms or Synonyms.curated()
        self._dictionary = Dictionary()
        self._gate = Gate()
        self._lock = threading.Lock()
        self._held: _Open | None = None
        self._writer = FolderWriter(folder) if writable else None

    def _snapshot(self) -> tuple[_Open, Generation] | None:
        """The newest committed state; None while there is no index."""
        for attempt in range(_ATTEMPTS):
            folder = current_folder(self._folder)
            if folder is None:
                return None
            try:
                held = self._opened(folder)
                return held, held.reader.newest()
            except (FileNotFoundError, EmptyIndexError, sqlite3.OperationalError):
                # A rebuild swapped the folder away between two looks: look again.
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError

    def _opened(self, folder: Path) -> _Open:
        held = self._held
        if held is None or held.folder != folder:
            with self._lock:
                held = self._held
                if held is None or held.folder != folder:
                    held = self._held = _Open(folder, self._dictionary)
        return held

    # reading

    def search(self, query: Query, budget: Budget | None = None) -> Page:
        """One page of results; see Backend."""
        check(query)
        with self._gate.entered():
            snapshot = self._snapshot()
            if snapshot is None:
                return Page()
            held, index = snapshot
            meter = Meter.start(budget)  # reading a new generation in is not the query's cost
            page = self._run(query, held, index).page(meter)
            if page.full_total or page.number or query.cursor or not query.text.strip():
                return page
            return self._with_correction(page, query, held, index)

    def _run(self, query: Query, held: _Open, index: Generation) -> Run:
        planner = Planner(self._synonyms, held.readings)
        plan = planner.plan(query.text, translate=query.translate)
        return Run(query, plan, index, self._dictionary)

    def _with_correction(self, page: Page, query: Query, held: _Open, index: Generation) -> Page:
        """``page`` with a better spelling, if that one finds records under the same filters."""
        better = held.speller.correct(query.text, lambda term: len(index.postings(term)[0]))
        if better is None:
            return page
        trial = replace(query, text=better, facets=(), page_size=1)
        found = self._run(trial, held, index).page(Meter.start(None))
        return replace(page, did_you_mean=better) if found.full_total else page

    def count(self, query: Query) -> int:
        """How many records the query finds, exactly."""
        unbounded = replace(query, page_size=0, facets=(), cursor=None, count_bound=2**31)
        return self.search(unbounded).total

    def like(
        self,
        identity: str,
        most: int,
        *,
        filters: Mapping[str, frozenset[str]] | None = None,
    ) -> tuple[str, ...]:
        """Ids of records with similar titles; see Backend."""
        snapshot = self._snapshot()
        if snapshot is None or most < 1:
            return ()
        index = snapshot[1]
        rows = index.rows_of(identity)
        if not rows:
            return ()
        query = Query(text="like", page_size=most + 1, filters=filters or {})
        plan = likeness(index.columns.titles[rows[0]])
        page = Run(query, plan, index, self._dictionary).page(Meter.start(None))
        return tuple(hit.id for hit in page.hits if hit.id != identity)[:most]

    def suggest(self, prefix: str, most: int = 10) -> tuple[Suggestion, ...]:
        """Words of public records that begin so; see Backend."""
        snapshot = self._snapshot()
        return suggest(snapshot[0].table, prefix, most) if snapshot else ()

    def terms(self, prefix: str, most: int) -> tuple[str, ...]:
        """Index terms that begin with ``prefix``, in order."""
        snapshot = self._snapshot()
        if snapshot is None:
            return ()
        views = snapshot[1].views
        found = {term for view in views for term in view.terms_from(prefix, most)}
        return tuple(sorted(found)[:most])

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every indexed (id, version)."""
        snapshot = self._snapshot()
        if snapshot is None:
            return
        index = snapshot[1]
        for row, alive in enumerate(index.live.tolist()):
            if alive:
                yield index.columns.ids[row], int(index.columns.versions[row])

    def seq(self) -> int:
        """The last change that the index contains."""
        snapshot = self._snapshot()
        return snapshot[1].seq if snapshot else 0

    def fingerprint(self) -> str:
        """The analysis chain the index was made with."""
        snapshot = self._snapshot()
        return snapshot[0].fingerprint if snapshot else ""

    def stats(self) -> dict[str, int | str]:
        """Figures for the health page; state is empty, ready or outdated (rebuild it)."""
        snapshot = self._snapshot()
        if snapshot is None:
            return {"state": "empty", "documents": 0, "segments": 0, "seq": 0, "fingerprint": ""}
        held, index = snapshot
        ready = held.fingerprint == index_fingerprint()
        return {
            "state": "ready" if ready else "outdated",
            "documents": index.documents,
            "segments": len(index.views),
            "seq": index.seq,
            "fingerprint": held.fingerprint,
        }

    # writing

    def _writing(self) -> FolderWriter:
        if self._writer is None:
            raise IndexUnusable("read_only")
        return self._writer

    def apply(self, batch: Sequence[Change], upto_seq: int) -> bool:
        """Makes a batch visible at once; see Backend."""
        return self._writing().apply(batch, upto_seq)

    def rebuild(self, documents: Iterable[Document], upto_seq: int) -> int:
        """Replaces the whole index in one step; see Backend."""
        return self._writing().rebuild(documents, upto_seq)

    def merge(self) -> None:
        """Makes the index one segment; for the quiet hour."""
        self._writing().merge()

    def close(self) -> None:
        """Gives files and the writer's lock back."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._held is not None:
            self._held.table.close()
            self._held = None
