"""How segments are merged: small ones as batches come in, all of them in the quiet hour.

Whole posting lists are moved as arrays; Whoosh's own way walks over every posting.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from search.backends.whoosh_generation import PACKED_COLUMN, PACKED_FIELD

#: Segments up to this size are merged while batches come in.
LARGEST_MERGED = 2_000
#: Segments smaller than this always flow into the next one.
SMALLEST_KEPT = 16


def merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: small segments flow together, so that sizes about double.

    A segment without live records is dropped.
    """
    pending = writer.doc_count()
    kept = []
    for segment in sorted(segments, key=lambda each: each.doc_count()):
        size = segment.doc_count()
        half_dead = segment.deleted_count() > size
        if size == 0:
            continue
        if size <= LARGEST_MERGED and (size <= max(pending, SMALLEST_KEPT) or half_dead):
            _merge(writer, segment)
            pending += size
        else:
            kept.append(segment)
    return kept


def merge_all(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy for the quiet hour: one segment."""
    for segment in segments:
        if segment.doc_count():
            _merge(writer, segment)
    return []


def _merge(writer: Any, segment: Any) -> None:
    """Moves the live records of a segment into the one being written."""
    codec = segment.codec()
    dead = set(segment.deleted_docs())
    moved = np.full(segment.doc_count_all(), -1, np.int32)
    documents = codec.per_document_reader(writer.storage, segment)
    try:
        packed = documents.column_reader(PACKED_FIELD, PACKED_COLUMN)
        for row in range(segment.doc_count_all()):
            if row not in dead:
                moved[row] = writer.docnum
                writer.add_document(**{PACKED_FIELD: packed[row]})
    finally:
        documents.close()
    terms = codec.terms_reader(writer.storage, segment)
    try:
        for field, term, rows, weights in terms.lists():
            places = moved[rows]
            kept = places >= 0
            if kept.any():
                writer.pool.add_list(field, term, places[kept], weights[kept])
    finally:
        terms.close()
