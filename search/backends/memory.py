"""The oracle of the tests: every question answered by walking over every record, obviously right.

It shares the analysis, the plan and the scoring formula with the real engines, and nothing of how
they store, read, merge, filter, count or order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from search import scoring
from search.columns import TREE_KEY, key_values
from search.contents import Contents, contents, fingerprint
from search.ipc import canonical, parent
from search.limits import Budget, check
from search.model import Change, Document, Facet, FacetValue, Hit, Page, Query, Suggestion
from search.numbers import canonical as canonical_number
from search.paging import (
    MISSING,
    NUMBER_OF_SORT,
    WINDOW,
    Place,
    SortKey,
    effective_sort,
    read_cursor,
    tie_number,
    write_cursor,
)
from search.plan import PAIR_WEIGHT, Concept, Plan, Planner, Way, likeness
from search.spelling import Speller
from search.suggest import read_pinyin, suggest
from search.synonyms import Synonyms
from search.terms import TermTable


@dataclass(frozen=True)
class _Record:
    document: Document
    contents: Contents
    keys: dict[str, list[str]]


@dataclass(frozen=True)
class _Match:
    record: _Record
    full: bool
    score: float


class MemoryBackend:
    """See ``search.backends.base.Backend``; slow on purpose."""

    def __init__(self, synonyms: Synonyms | None = None) -> None:
        self._synonyms = synonyms or Synonyms.curated()
        self._start()

    def _start(self) -> None:
        self._records: dict[str, _Record] = {}
        self._seq = 0
        self._table = TermTable(None, writable=True)

    def apply(self, batch: Sequence[Change], upto_seq: int) -> bool:
        """Makes the changes one after the other."""
        if upto_seq <= self._seq:
            return False
        for change in batch:
            self._records.pop(change.id, None)
            if change.document is not None:
                document = change.document
                self._records[change.id] = _Record(
                    document, contents(document), key_values(document)
                )
        self._table.apply({change.id: change for change in batch}.values())
        self._seq = upto_seq
        return True

    def rebuild(self, documents: Iterable[Document], upto_seq: int) -> int:
        """Starts again with these documents."""
        self._start()
        self.apply([Change.put(document) for document in documents], upto_seq)
        self._seq = upto_seq
        return len(self._records)

    def search(self, query: Query, _budget: Budget | None = None) -> Page:
        """One page, by looking at every record."""
        check(query)
        place = read_cursor(query)
        plan = self._plan(query)
        by_number, matches = self._matches(query, plan)
        shown = [match for match in matches if self._inside(match.record, query)]
        page = _page(query, plan, shown, place)
        counted = tuple(self._facet(name, query, matches) for name in query.facets)
        hit = page.hits[0].id if by_number and page.total == 1 and page.hits else None
        page = replace(
            page, facets=counted, number=canonical_number(query.text), number_hit=hit, seq=self._seq
        )
        if page.full_total or page.number or query.cursor or not query.text.strip():
            return page
        return self._with_correction(page, query)

    def _plan(self, query: Query) -> Plan:
        planner = Planner(self._synonyms, lambda spelling: read_pinyin(self._table, spelling))
        return planner.plan(query.text, translate=query.translate)

    def _with_correction(self, page: Page, query: Query) -> Page:
        better = Speller(self._table).correct(query.text, self._frequency)
        if better is None:
            return page
        trial = replace(query, text=better, facets=())
        found = [match for match in self._matches(trial, self._plan(trial))[1] if match.full]
        useful = any(self._inside(match.record, trial) for match in found)
        return replace(page, did_you_mean=better) if useful else page

    def _frequency(self, term: str) -> int:
        return sum(term in record.contents.terms for record in self._records.values())

    def _matches(self, query: Query, plan: Plan) -> tuple[bool, list[_Match]]:
        """Whether the query was a number of some record, and what it finds."""
        records = list(self._records.values())
        if not query.text.strip():
            return False, [_Match(record, full=True, score=0.0) for record in records]
        for code in plan.codes:
            having = [record for record in records if code in record.contents.terms]
            if having:
                return True, [_Match(record, full=True, score=1.0) for record in having]
        return False, list(_plain_matches(plan, records))

    def _inside(self, record: _Record, query: Query, but: str | None = None) -> bool:
        """Does the record pass the ranges and every filter except the one on ``but``?"""
        for name, (low, high) in query.ranges.items():
            if low is None and high is None:
                continue
            value = record.document.numbers.get(name)
            if value is None or (low is not None and value < low):
                return False
            if high is not None and value > high:
                return False
        for key, wanted in query.filters.items():
            values = {canonical(each) for each in wanted} if key == TREE_KEY else wanted
            if wanted and key != but and not values & set(record.keys.get(key, ())):
                return False
        return True

    def _facet(self, name: str, query: Query, matches: list[_Match]) -> Facet:
        key, _, above = name.partition("/")
        counts: Counter[str] = Counter()
        for match in matches:
            if self._inside(match.record, query, but=key):
                counts.update(match.record.keys.get(key, ()))
        if key == TREE_KEY:
            top = canonical(above) if above else ""
            counts = Counter({each: n for each, n in counts.items() if parent(each) == top})
        chosen = query.filters.get(key, frozenset())
        for value in chosen:
            if not above and not (key == TREE_KEY and parent(value)):
                counts.setdefault(value, 0)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        first, rest = ranked[: query.facet_limit], ranked[query.facet_limit :]
        kept = first + [item for item in rest if item[0] in chosen]
        values = tuple(FacetValue(value, count, value in chosen) for value, count in kept)
        return Facet(name, values, more=len(ranked) > len(values))

    def count(self, query: Query) -> int:
        """How many records the query finds, exactly."""
        return self.search(replace(query, count_bound=2**31, cursor=None)).total

    def like(
        self, identity: str, most: int, *, filters: Mapping[str, frozenset[str]] | None = None
    ) -> tuple[str, ...]:
        """Records with similar titles."""
        if identity not in self._records or most < 1:
            return ()
        query = Query(text="like", page_size=most + 1, filters=filters or {})
        plan = likeness(self._records[identity].document.title)
        matches = _plain_matches(plan, list(self._records.values()))
        shown = [match for match in matches if self._inside(match.record, query)]
        hits = _page(query, plan, shown, None).hits
        return tuple(hit.id for hit in hits if hit.id != identity)[:most]

    def suggest(self, prefix: str, most: int = 10) -> tuple[Suggestion, ...]:
        """Words of public records that begin so."""
        return suggest(self._table, prefix, most)

    def terms(self, prefix: str, most: int) -> tuple[str, ...]:
        """Index terms that begin with ``prefix``."""
        found = {term for each in self._records.values() for term in each.contents.terms}
        return tuple(sorted(term for term in found if term.startswith(prefix))[:most])

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every (id, version)."""
        for identity, record in self._records.items():
            yield identity, record.document.version

    def seq(self) -> int:
        """The last change."""
        return self._seq

    def fingerprint(self) -> str:
        """Always that of this program."""
        return fingerprint()

    def stats(self) -> dict[str, int | str]:
        """Figures as the other engines give them."""
        return {
            "state": "ready",
            "documents": len(self._records),
            "segments": 1,
            "seq": self._seq,
            "fingerprint": self.fingerprint(),
        }

    def close(self) -> None:
        """Nothing is held open but the word table."""
        self._table.close()


def _frequency(ways: tuple[Way, ...], terms: Mapping[str, float]) -> float:
    """The best way's weighted frequency in a record; 0 when none of the ways is there."""
    best = 0.0
    for way in ways:
        best = max(best, way.weight * min(terms.get(term, 0.0) for term in way.terms))
    return best


def _touch(concept: Concept, terms: Mapping[str, float]) -> tuple[float, bool]:
    """How often a record has a concept, and whether wholly rather than loosely."""
    wholly = _frequency(concept.ways, terms)
    return (wholly, True) if wholly > 0 else (_frequency(concept.loose, terms), False)


def _plain_matches(plan: Plan, records: list[_Record]) -> Iterator[_Match]:
    """BM25 by the book, record by record."""
    average = sum(each.contents.length for each in records) / len(records) if records else 0.0
    held = [record.contents.terms for record in records]
    touches = [[_touch(each, terms) for each in plan.concepts] for terms in held]
    wholly = [sum(row[at][1] for row in touches) for at in range(len(plan.concepts))]
    loosely = [
        sum(row[at][0] > 0 and not row[at][1] for row in touches)
        for at in range(len(plan.concepts))
    ]
    together = {pair: sum(pair in each.contents.terms for each in records) for pair in plan.pairs}
    known = sum(whole + loose > 0 for whole, loose in zip(wholly, loosely, strict=True))
    for record, row in zip(records, touches, strict=True):
        terms, length = record.contents.terms, record.contents.length
        score = 0.0
        for at, (frequency, whole) in enumerate(row):
            if frequency > 0:
                weight = scoring.rarity(len(records), wholly[at] if whole else loosely[at])
                score += weight * scoring.saturated(frequency, length, average)
        for pair in plan.pairs:
            if pair in terms:
                weight = PAIR_WEIGHT * scoring.rarity(len(records), together[pair])
                score += weight * scoring.saturated(terms[pair], length, average)
        if sum(frequency > 0 for frequency, _ in row) >= scoring.least_covered(known):
            covered = sum(whole for _, whole in row)
            score *= scoring.covered_share(covered, len(row))
            yield _Match(record, covered == len(row), score)


def _sort_key(match: _Match, query: Query) -> SortKey:
    """What results are ordered by: completeness, the chosen order, score, id."""
    numbers = match.record.document.numbers
    score = round(match.score * scoring.preference(numbers, query.now_ms), scoring.DECIMALS)
    chosen = 0.0
    sort = effective_sort(query)
    if sort in NUMBER_OF_SORT:
        name, direction = NUMBER_OF_SORT[sort]
        value = numbers.get(name)
        over = sort == "ending" and query.now_ms is not None
        missing = value is None or (over and value < (query.now_ms or 0))
        chosen = MISSING if missing or value is None else float(direction * value)
    return (0.0 if match.full else 1.0, chosen, -score, tie_number(match.record.document.id))


def _page(query: Query, plan: Plan, shown: list[_Match], place: Place | None) -> Page:
    keyed = sorted(((_sort_key(match, query), match) for match in shown), key=lambda each: each[0])
    later = [each for each in keyed if place is None or each[0] > place.key]
    seen = place.seen if place else 0
    size = min(query.page_size, WINDOW - seen)
    listed = later[:size]
    more = len(later) > size > 0 and seen + size < WINDOW
    hits = tuple(
        Hit(match.record.document.id, match.record.document.version, -key[2], match.full)
        for key, match in listed
    )
    return Page(
        hits=hits,
        total=min(len(shown), query.count_bound),
        total_exact=len(shown) <= query.count_bound,
        full_total=sum(match.full for match in shown),
        next_cursor=write_cursor(query, Place(listed[-1][0], seen + size)) if more else None,
        partial_from=next((at for at, hit in enumerate(hits) if not hit.full_match), None),
        expansions=plan.expansions,
        marks=plan.marks,
        shortened=plan.shortened,
    )
