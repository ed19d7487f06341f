"""Assembles a page from what a plan found: filters, order, facets, cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from search.backends.whoosh_generation import Generation
from search.columns import Dictionary, Mask
from search.facets import allowed, facets, filter_masks, range_mask
from search.limits import Meter
from search.model import VISIBILITY, Facet, Hit, Page, Query
from search.numbers import canonical
from search.paging import WINDOW, Place, SortKey, effective_sort, read_cursor, write_cursor
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
        if self.browses:
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

    @property
    def browses(self) -> bool:
        """Nothing is asked for: what is found has an order of its own."""
        return not self.query.text.strip()

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
        single = by_number is not None and page.total == 1 and page.hits
        return replace(
            page,
            facets=self._facets(base, masks),
            number=canonical(self.query.text),
            number_hit=page.hits[0].id if single else None,
        )

    def _facets(self, base: Mask, masks: dict[str, Mask]) -> tuple[Facet, ...]:
        query, columns = self.query, self.index.columns
        ranged = any(end is not None for ends in query.ranges.values() for end in ends)
        if not self.browses or ranged or not masks.keys() <= {VISIBILITY}:
            return facets(query, columns, self.dictionary, base=base, masks=masks)
        asked = (query.facets, query.facet_limit, query.filters.get(VISIBILITY))
        kept = self.index.facets.get(asked)
        if kept is None:
            kept = facets(query, columns, self.dictionary, base=base, masks=masks)
            self.index.facets[asked] = kept
        return kept

    def _listed(
        self, found: Found, shown: Mask, after: SortKey | None, most: int
    ) -> tuple[list[tuple[int, SortKey]], int, int]:
        """The rows of the page with their keys; how many records there are, and how many fully."""
        query, columns, sort = self.query, self.index.columns, effective_sort(self.query)
        if self.browses and not (sort == "ending" and query.now_ms is not None):
            count = int(np.count_nonzero(shown))
            return self.index.order(sort).page(shown, after, most), count, count
        rows = np.flatnonzero(shown).astype(np.int32)
        scores = preferred(found.scores, rows, columns, query.now_ms)
        ordering = Ordering(sort, query.now_ms, after, most)
        listed = ordered(rows, found.full, scores, columns=columns, ordering=ordering)
        return listed, len(rows), int(np.count_nonzero(found.full[rows]))

    def _hits(self, found: Found, shown: Mask, place: Place | None) -> Page:
        query, columns = self.query, self.index.columns
        seen = place.seen if place else 0
        size = min(query.page_size, WINDOW - seen)
        listed, count, full = self._listed(found, shown, place.key if place else None, size + 1)
        hits = tuple(
            Hit(columns.ids[row], int(columns.versions[row]), -key[2], key[0] == 0.0)
            for row, key in listed[:size]
        )
        more = len(listed) > size > 0 and seen + size < WINDOW
        cursor = write_cursor(query, Place(listed[size - 1][1], seen + size)) if more else None
        partial = next((at for at, hit in enumerate(hits) if not hit.full_match), None)
        return Page(
            hits=hits,
            total=min(count, query.count_bound),
            total_exact=count <= query.count_bound,
            full_total=full,
            next_cursor=cursor,
            partial_from=partial,
            expansions=self.plan.expansions,
            marks=self.plan.marks,
            shortened=self.plan.shortened,
            seq=self.index.seq,
        )
