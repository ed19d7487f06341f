"""One committed state of a Whoosh index, read as columns and posting arrays.

Segments never change, so what was read of one is kept when the next generation still has it.
Stock readers and ``Searcher.refresh`` (which brings back deleted records) are not used.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns as whoosh_columns
from whoosh.index import TOC, FileIndex, open_dir

from search.backends.whoosh_codec import ArrayTermsReader, Rows, Weights
from search.columns import Columns, Dictionary, Floats, Mask, joined, unpack
from search.model import Facet
from search.orders import Order
from search.scoring import LENGTH_SHARE, SATURATION

#: Whoosh's field names: the unique id, the terms, and what the columns are made of.
ID_FIELD, TERMS_FIELD, PACKED_FIELD = "id", "terms", "packed"
#: The record that holds the sequence number in its version; no document has this id.
STATE_ID = ""
STATE_TERM = "\x00"
#: Posting arrays of a generation are kept up to this size.
CACHE_BYTES = 8_000_000
_ATTEMPTS = 20

PACKED_COLUMN = whoosh_columns.VarBytesColumn()


class SegmentView:
    """The columns and posting lists of one segment."""

    def __init__(self, index: FileIndex, segment: Any, dictionary: Dictionary) -> None:
        codec = segment.codec()
        self.name: str = segment.segment_id()
        self._terms: ArrayTermsReader = codec.terms_reader(index.storage, segment)
        self._lock = threading.Lock()
        # Closed when the last generation that uses the segment is forgotten, not before.
        weakref.finalize(self, self._terms.close)
        documents = codec.per_document_reader(index.storage, segment)
        try:
            packed = documents.column_reader(PACKED_FIELD, PACKED_COLUMN)
            self.columns = unpack(
                (packed[row] for row in range(segment.doc_count_all())), dictionary
            )
        finally:
            documents.close()

    def arrays(self, field: str, term: str) -> tuple[Rows, Weights] | None:
        """The posting list of a term; the file's read position is shared, hence the lock."""
        with self._lock:
            return self._terms.arrays(field, term)

    def terms_from(self, prefix: str, most: int) -> list[str]:
        """Terms of the text that begin with ``prefix``."""
        found: list[str] = []
        with self._lock:
            for field, term in self._terms.terms_from(TERMS_FIELD, prefix.encode()):
                text = term.decode()
                if field != TERMS_FIELD or not text.startswith(prefix) or len(found) >= most:
                    break
                found.append(text)
        return found


class Generation:
    """All live records of one commit."""

    def __init__(
        self, number: int, views: Sequence[SegmentView], dead: Sequence[Sequence[int]]
    ) -> None:
        self.number = number
        self.views = tuple(views)
        self.columns = joined([view.columns for view in views])
        self._offsets = np.cumsum([0, *(view.columns.rows for view in views)]).tolist()
        self.seq = 0
        self.live = self._live(dead)
        self.documents = int(self.live.sum())
        self.damping = self._damping()
        self._orders: dict[str, Order] = {}
        self.facets: dict[object, tuple[Facet, ...]] = {}
        """Counts over all public records, kept by what was asked; they cannot change."""
        self._cache: OrderedDict[str, tuple[Rows, Weights]] = OrderedDict()
        self._cached_bytes = 0
        self._lock = threading.Lock()

    def _live(self, dead: Sequence[Sequence[int]]) -> Mask:
        live = np.ones(self.columns.rows, np.bool_)
        for offset, rows in zip(self._offsets, dead, strict=False):
            live[[offset + row for row in rows]] = False
        for row in self._rows(ID_FIELD, STATE_TERM):
            if live[row]:
                self.seq = int(self.columns.versions[row])
            live[row] = False
        return live

    def _damping(self) -> Floats:
        """BM25's length term of every record."""
        lengths = self.columns.lengths
        average = float(lengths[self.live].mean()) if self.documents else 0.0
        relative = lengths / average if average > 0 else np.ones_like(lengths)
        damping: Floats = SATURATION * (1.0 - LENGTH_SHARE + LENGTH_SHARE * relative)
        return damping

    def order(self, sort: str) -> Order:
        """The live records in an order that no text and no clock changes."""
        held = self._orders.get(sort)
        if held is None:
            held = self._orders[sort] = Order.of(self.columns, self.live, sort)
        return held

    def _rows(self, field: str, term: str) -> list[int]:
        rows: list[int] = []
        for offset, view in zip(self._offsets, self.views, strict=False):
            held = view.arrays(field, term)
            if held is not None:
                rows.extend(offset + int(row) for row in held[0])
        return rows

    def rows_of(self, identity: str) -> list[int]:
        """The live rows of a record (and of the state record for STATE_ID)."""
        if identity == STATE_ID:
            return self._rows(ID_FIELD, STATE_TERM)
        return [row for row in self._rows(ID_FIELD, identity) if self.live[row]]

    def postings(self, term: str) -> tuple[Rows, Weights]:
        """Live rows that contain a term, rising, with their weights."""
        with self._lock:
            held = self._cache.get(term)
            if held is not None:
                self._cache.move_to_end(term)
                return held
        read = self._read(term)
        with self._lock:
            self._keep(term, read)
        return read

    def _read(self, term: str) -> tuple[Rows, Weights]:
        rows: list[Rows] = []
        weights: list[Weights] = []
        for offset, view in zip(self._offsets, self.views, strict=False):
            held = view.arrays(TERMS_FIELD, term)
            if held is not None:
                rows.append(held[0] + np.int32(offset))
                weights.append(held[1])
        if not rows:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        all_rows, all_weights = np.concatenate(rows), np.concatenate(weights)
        alive = self.live[all_rows]
        return (all_rows, all_weights) if alive.all() else (all_rows[alive], all_weights[alive])

    def _keep(self, term: str, read: tuple[Rows, Weights]) -> None:
        self._cache[term] = read
        self._cached_bytes += read[0].nbytes + read[1].nbytes
        while self._cached_bytes > CACHE_BYTES:
            _, (rows, weights) = self._cache.popitem(last=False)
            self._cached_bytes -= rows.nbytes + weights.nbytes


class GenerationReader:
    """Opens the newest generation of one index folder, reusing segments it has read."""

    def __init__(self, folder: Path, dictionary: Dictionary) -> None:
        self.folder = folder
        self.index: FileIndex = open_dir(str(folder))
        self._dictionary = dictionary
        self._lock = threading.Lock()
        self._held: Generation | None = None

    def newest(self) -> Generation:
        """The newest generation; asks the folder every time."""
        held = self._held
        if held is not None and self.index.latest_generation() == held.number:
            return held
        with self._lock:
            for attempt in range(_ATTEMPTS):
                try:
                    self._held = self._open()
                    return self._held
                except FileNotFoundError:
                    # A writer committed and removed files between our two reads: look again.
                    if attempt == _ATTEMPTS - 1:
                        raise
        raise AssertionError

    def _open(self) -> Generation:
        contents = TOC.read(self.index.storage, self.index.indexname)
        if self._held is not None and self._held.number == contents.generation:
            return self._held
        known = {view.name: view for view in self._held.views} if self._held else {}
        views = [
            known.get(segment.segment_id()) or SegmentView(self.index, segment, self._dictionary)
            for segment in contents.segments
        ]
        dead = [tuple(segment.deleted_docs()) for segment in contents.segments]
        return Generation(contents.generation, views, dead)


def empty_columns() -> Columns:
    """The columns of no records."""
    return joined([])
