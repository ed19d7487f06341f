"""Assembles a page from what a plan found: filters, order, facets, cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from search.backends.whoosh_generation import Generation
from search.columns import Dictionary, Mask
from search.facets import allowed, facets, filter_masks, range_mask
from search.limits import Meter
from search.model import Hit, Page, Query
from search.numbers import canonical
from search.paging import WINDOW, Place, effective_sort, read_cursor, write_cursor
from search.plan import Plan
from search.ranking import Found, Ordering, evaluate, everything, ordered, preferred


@dataclass(frozen=True)
class Run:
    """One query on one generation."""

    query: Query
    plan: Plan
    index: Generation
    dictionary: Dictionary

    def found(self, meter: Meter) -> Found:
        """What the text finds, before filters."""
        if not self.query.text.strip():
            return everything(self.index)
        return evaluate(self.plan, self.index, meter)

    def bearing_number(self) -> Found | None:
        """The records that bear the number the query is; None when there are none."""
        for code in self.plan.codes:
            rows, _ = self.index.postings(code)
            if rows.size:
                mask = np.zeros(self.index.columns.rows, np.bool_)
                mask[rows] = True
                return Found(mask, mask, mask.astype(np.float64))
        return None

    def page(self, meter: Meter) -> Page:
        """The page of this query, without spelling help."""
        place = read_cursor(self.query)
        by_number = self.bearing_number()
        found = by_number or self.found(meter)
        masks = filter_masks(self.query, self.index.columns, self.dictionary)
        base = found.matched & self.index.live & range_mask(self.query, self.index.columns)
        shown = allowed(masks, base)
        page = self._hits(found, shown, place)
        meter.check_time()
        counted = facets(self.query, self.index.columns, self.dictionary, base=base, masks=masks)
        single = by_number is not None and page.total == 1 and page.hits
        return replace(
            page,
            facets=counted,
            number=canonical(self.query.text),
            number_hit=page.hits[0].id if single else None,
        )

    def _hits(self, found: Found, shown: Mask, place: Place | None) -> Page:
        query, columns = self.query, self.index.columns
        rows = np.flatnonzero(shown).astype(np.int32)
        scores = preferred(found.scores, rows, columns, query.now_ms)
        seen = place.seen if place else 0
        size = min(query.page_size, WINDOW - seen)
        after = place.key if place else None
        ordering = Ordering(effective_sort(query), query.now_ms, after, size + 1)
        listed = ordered(rows, found.full, scores, columns=columns, ordering=ordering)
        hits = tuple(
            Hit(columns.ids[row], int(columns.versions[row]), -key[2], key[0] == 0.0)
            for row, key in listed[:size]
        )
        more = len(listed) > size > 0 and seen + size < WINDOW
        cursor = write_cursor(query, Place(listed[size - 1][1], seen + size)) if more else None
        partial = next((at for at, hit in enumerate(hits) if not hit.full_match), None)
        return Page(
            hits=hits,
            total=min(len(rows), query.count_bound),
            total_exact=len(rows) <= query.count_bound,
            full_total=int(np.count_nonzero(found.full[rows])),
            next_cursor=cursor,
            partial_from=partial,
            expansions=self.plan.expansions,
            marks=self.plan.marks,
            shortened=self.plan.shortened,
            seq=self.index.seq,
        )
