"""A Whoosh codec that keeps posting lists as plain arrays, to be read by numpy in one piece.

The stock codec pickles blocks of 128 postings (0.3 µs a posting to read), asks the file system for
a length column at every posting written, and loses postings when it inlines short lists. This one
writes 8 bytes a posting; Whoosh itself reads it through a ListMatcher, so deleting and merging work
as ever.
"""

from __future__ import annotations

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.codec.whoosh3 import (
    W3Codec,
    W3FieldWriter,
    W3TermInfo,
    W3TermsReader,
)
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

Rows = NDArray[np.int32]
Weights = NDArray[np.float32]

#: One term of the pool: its field, its text, its rows and its weights.
_TermPostings = tuple[str, str, "array[int]", "array[float]"]
_TermLists = dict[str, tuple["array[int]", "array[float]"]]
#: Offset and length of a list, as W3TermInfo reads them.
_EXTENT = struct.Struct("!qi")


class TermsField(fields.FieldType):  # type: ignore[misc]
    """A Whoosh field that takes ready terms with weights (a dict) instead of a text."""

    indexed, stored, unique, scorable = True, False, False, False
    vector = column_type = analyzer = None

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(
        self, value: dict[str, float], **_options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's form of the terms."""
        for term, weight in value.items():
            yield term.encode(), 1, weight, b""

    def to_bytes(self, value: str | bytes) -> bytes:
        """A term as stored."""
        return value.encode() if isinstance(value, str) else value

    def from_bytes(self, stored: bytes) -> str:
        """A stored term as text."""
        return stored.decode()


class ArrayPool:
    """Collects postings by term; takes the place of Whoosh's sorting pool.

    8 bytes a posting instead of a tuple of 150, so that a rebuild fits in memory.
    """

    def __init__(self) -> None:
        self._fields: defaultdict[str, _TermLists] = defaultdict(dict)

    @property
    def fieldnames(self) -> set[str]:
        """The fields that have postings."""
        return set(self._fields)

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """One posting as Whoosh merges it; rows come in rising order."""
        field, term, row, weight, _ = item
        self.add_terms(field, row, {term.decode(): weight})

    def add_terms(self, field: str, row: int, terms: dict[str, float]) -> None:
        """All postings of one record, without the detour over Whoosh's tuples."""
        lists = self._fields[field]
        for term, weight in terms.items():
            held = lists.get(term)
            if held is None:
                lists[term] = (array("I", (row,)), array("f", (weight,)))
            else:
                held[0].append(row)
                held[1].append(weight)

    def add_list(self, field: str, term: str, rows: Rows, weights: Weights) -> None:
        """A piece of a posting list; its rows follow those that the term has."""
        held = self._fields[field].setdefault(term, (array("I"), array("f")))
        held[0].frombytes(rows.tobytes())
        held[1].frombytes(weights.tobytes())

    def iter_postings(self) -> Iterator[_TermPostings]:
        """All terms in order (of characters, which is that of their UTF-8 bytes)."""
        for field in sorted(self._fields):
            lists = self._fields[field]
            for term in sorted(lists):
                yield field, term, *lists[term]

    def cleanup(self) -> None:
        """Forgets everything."""
        self._fields.clear()


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes a whole posting list at a time."""

    def add_postings(
        self,
        schema: Any,
        _lengths: object,
        items: Iterator[_TermPostings],
    ) -> None:
        """Writes what an ArrayPool gives."""
        current = None
        for field, term, rows, weights in items:
            if field != current:
                if current is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                current = field
            self._write(term, rows, weights)
        if current is not None:
            self.finish_field()

    def _write(self, term: str, rows: array[int], weights: array[float]) -> None:
        count = len(rows)
        info = W3TermInfo._struct.pack(
            0, sum(weights), count, 0, 0, max(weights), rows[0], rows[-1]
        )
        extent = _EXTENT.pack(self._postfile.tell(), 8 * count)
        self._postfile.write(rows.tobytes() + weights.tobytes())
        self._tindex.add(self._fieldid.to_bytes(2, "big") + term.encode(), info + extent)


class ArrayTermsReader(W3TermsReader):  # type: ignore[misc]
    """Gives posting lists as arrays."""

    def arrays(self, field: str, term: str) -> tuple[Rows, Weights] | None:
        """Rows and weights of a term, None where there is none."""
        try:
            info = self.term_info(field, term.encode())
        except TermNotFound:
            return None
        return _read(self._postfile, info)

    def lists(self) -> Iterator[tuple[str, str, Rows, Weights]]:
        """Every posting list: field, term, rows, weights."""
        for (field, term), info in self.items():
            yield field, term.decode(), *_read(self._postfile, info)


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with the three parts above."""

    length_stats = False

    def field_writer(self, storage: object, segment: object) -> ArrayFieldWriter:
        """The writer of terms and postings of a segment."""
        return ArrayFieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        """The reader of terms and postings of a segment."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return ArrayTermsReader(self, storage.open_file(name), storage.file_length(name), postings)

    def postings_reader(
        self,
        dbfile: Any,
        terminfo: Any,
        format_: object,
        term: object = None,
        scorer: object = None,
    ) -> ListMatcher:
        """A posting list in the form that Whoosh walks through."""
        rows, weights = _read(dbfile, terminfo)
        return ListMatcher(
            rows.tolist(),
            weights.tolist(),
            [b""] * len(rows),
            format_,
            scorer=scorer,
            term=term,
            terminfo=terminfo,
        )


def _read(file: Any, info: Any) -> tuple[Rows, Weights]:
    # The stored length comes back as a tuple (a slip in Whoosh), so the count says it.
    count = info.doc_frequency()
    stored = file.get(info.extent()[0], 8 * count)
    return np.frombuffer(stored, np.int32, count), np.frombuffer(
        stored, np.float32, count, 4 * count
    )
