"""A Whoosh codec that keeps posting lists as plain arrays, to be read by numpy in one piece.

The stock codec pickles blocks of 128 postings (0.3 µs a posting to read), asks the file system for
a length column at every posting written, and loses postings when it inlines short lists. This one
writes 8 bytes a posting; Whoosh itself reads it through a ListMatcher, so deleting and merging work
as ever.
"""

from __future__ import annotations

import struct
import zlib
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
from whoosh.filedb.filetables import HashWriter, OrderedHashWriter
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

Rows = NDArray[np.int32]
Weights = NDArray[np.float32]

#: One term of the pool: its field, text, rows, weights, sum and greatest of the weights.
_TermPostings = tuple[str, str, Rows, Weights, float, float]
#: Offset and length of a list, as W3TermInfo reads them.
_EXTENT = struct.Struct("!qi")
#: An entry's lengths and a slot of the hash table, as HashReader reads them; its number for CRC.
_LENGTHS, _POINTER, _CRC = struct.Struct("!ii"), struct.Struct("!Iq"), 1


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


class _FieldPool:
    """The postings of one field in the order in which they came, 12 bytes each."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._terms, self._rows, self._weights = array("I"), array("I"), array("f")

    def add_terms(self, row: int, terms: dict[str, float]) -> None:
        numbers = self.numbers
        number = numbers.setdefault
        self._terms.extend([number(term, len(numbers)) for term in terms])
        self._rows.extend([row] * len(terms))
        self._weights.extend(terms.values())

    def add_list(self, term: str, rows: Rows, weights: Weights) -> None:
        number = self.numbers.setdefault(term, len(self.numbers))
        self._terms.extend([number] * len(rows))
        self._rows.frombytes(rows.tobytes())
        self._weights.frombytes(weights.tobytes())

    def lists(self) -> Iterator[tuple[str, Rows, Weights, float, float]]:
        """Every term in order with its rows, which came in rising order."""
        if not self.numbers:
            return
        terms = np.frombuffer(self._terms, np.uint32)
        order = np.argsort(terms, kind="stable")
        rows = np.frombuffer(self._rows, np.int32)[order]
        weights = np.frombuffer(self._weights, np.float32)[order]
        counts = np.bincount(terms, minlength=len(self.numbers))
        starts = np.cumsum(counts) - counts
        sums = np.add.reduceat(weights, starts).tolist()
        tops = np.maximum.reduceat(weights, starts).tolist()
        bounds = [*starts.tolist(), len(rows)]
        for term in sorted(self.numbers):
            at = self.numbers[term]
            piece = slice(bounds[at], bounds[at + 1])
            yield term, rows[piece], weights[piece], sums[at], tops[at]


class ArrayPool:
    """Collects postings by term; takes the place of Whoosh's sorting pool.

    12 bytes a posting instead of a tuple of 150, so that a rebuild fits in memory.
    """

    def __init__(self) -> None:
        self._fields: defaultdict[str, _FieldPool] = defaultdict(_FieldPool)

    @property
    def fieldnames(self) -> set[str]:
        """The fields that have postings."""
        return set(self._fields)

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """One posting as Whoosh gives it; rows come in rising order."""
        field, term, row, weight, _ = item
        self.add_terms(field, row, {term.decode(): weight})

    def add_terms(self, field: str, row: int, terms: dict[str, float]) -> None:
        """All postings of one record, without the detour over Whoosh's tuples."""
        self._fields[field].add_terms(row, terms)

    def add_list(self, field: str, term: str, rows: Rows, weights: Weights) -> None:
        """A piece of a posting list; its rows follow those that the term has."""
        self._fields[field].add_list(term, rows, weights)

    def iter_postings(self) -> Iterator[_TermPostings]:
        """All terms in order (of characters, which is that of their UTF-8 bytes)."""
        for field in sorted(self._fields):
            for postings in self._fields[field].lists():
                yield field, *postings

    def cleanup(self) -> None:
        """Forgets everything."""
        self._fields.clear()


class TermHashWriter(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's table of terms in the same format, written in large pieces.

    The stock writer hashes every key by MD5 and writes every slot by itself.
    """

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        file.seek(0)
        HashWriter.__init__(self, file, hashtype=_CRC)
        self._place: int = file.tell()

    def add(self, key: bytes, value: bytes) -> None:
        """One entry; keys come in rising order."""
        entry = _LENGTHS.pack(len(key), len(value)) + key + value
        self.index.append(self._place)
        self.dbfile.write(entry)
        hashed = zlib.crc32(key)
        self.buckets[hashed & 255].append((hashed, self._place))
        self._place += len(entry)

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self._place, slots))
            table = [(0, 0)] * slots
            for hashed, place in entries:
                slot = (hashed >> 8) % slots
                while table[slot] != (0, 0):
                    slot = (slot + 1) % slots
                table[slot] = (hashed, place)
            piece = b"".join([_POINTER.pack(*entry) for entry in table])
            self.dbfile.write(piece)
            self._place += len(piece)


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes a whole posting list at a time."""

    def __init__(self, codec: object, storage: object, segment: object) -> None:
        super().__init__(codec, storage, segment)
        stock: Any = self._tindex
        self._tindex: Any = TermHashWriter(stock.dbfile)
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._written = 0

    def add_postings(
        self,
        schema: Any,
        _lengths: object,
        items: Iterator[_TermPostings],
    ) -> None:
        """Writes what an ArrayPool gives."""
        current = None
        for field, term, rows, weights, total, top in items:
            if field != current:
                if current is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                current = field
            self._write(term, rows, weights, total=total, top=top)
        if current is not None:
            self.finish_field()

    def _write(self, term: str, rows: Rows, weights: Weights, *, total: float, top: float) -> None:
        count = len(rows)
        info = W3TermInfo._struct.pack(0, total, count, 0, 0, top, int(rows[0]), int(rows[-1]))
        extent = _EXTENT.pack(self._written, 8 * count)
        self._postfile.write(rows.tobytes() + weights.tobytes())
        self._written += 8 * count
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
