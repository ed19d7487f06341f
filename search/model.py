"""The values that go into the engine and come out of it; all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Orders a visitor can choose; ``relevance`` without a text means ``newest``.
SORTS = ("relevance", "newest", "price_asc", "price_desc", "ending", "trl")

#: The key whose value PUBLIC lets a document's words into suggestions.
VISIBILITY, PUBLIC = "visibility", "public"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One record as the index sees it.

    ``id`` is unique over all kinds ("listing:17"). ``summary`` holds the one-line summary and the
    abstract, ``body`` everything else (claims, problem, advantage). ``keys`` are exact values for
    filters and facets (kind, ipc, region, cluster, status, mode, organisation, visibility …);
    values of ``ipc`` are symbols like "H01M10/0525", their ancestors are added here. ``numbers``
    are integers for ranges, sorts and the re-rank: price_minor, trl, published_ms, ends_ms, and
    the marks ``verified`` and ``on_sale`` (1 or 0). ``codes`` are patent, application and
    publication numbers in any spelling.
    """

    id: str
    version: int
    kind: str
    title: str
    summary: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()
    applicant: str = ""
    inventors: tuple[str, ...] = ()
    title_en: str = ""
    summary_en: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What one outbox row says: ``document`` is the new state of ``id``, None removes it."""

    id: str
    document: Document | None

    @classmethod
    def put(cls, document: Document) -> Change:
        """The change that stores ``document`` in place of any earlier version."""
        return cls(document.id, document)


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a visitor asks.

    ``filters``: values of one key are alternatives, keys are all required. ``ranges``: both ends
    inclusive, None is open; a document without the number is outside. ``facets`` names keys;
    "ipc" gives the sections, "ipc/H01" the next level below H01. ``now_ms`` (UTC milliseconds)
    lets freshness and "ending soon" count; without it they do not. ``translate`` switches the
    synonyms and the lexicon.
    """

    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    sort: str = "relevance"
    page_size: int = 20
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    facet_limit: int = 30
    lang: str = "zh"
    now_ms: int | None = None
    translate: bool = True
    count_bound: int = 1000


@dataclass(frozen=True)
class Hit:
    """One found record; ``full_match`` says that every word of the query was found."""

    id: str
    version: int
    score: float
    full_match: bool


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with the number of records that choosing it shows."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """Values by falling count; the filter on the facet itself does not narrow its counts."""

    name: str
    values: tuple[FacetValue, ...]
    more: bool


@dataclass(frozen=True)
class Expansion:
    """What else was searched for a word: shown to the visitor, removable by ``translate``."""

    word: str
    others: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of results.

    ``total`` is exact while ``total_exact``, otherwise at least that many. ``partial_from`` is the
    position on this page where records begin that lack some of the words (None: none here).
    ``number`` is the query read as a patent number, ``number_hit`` the one record that bears it.
    ``marks`` are the words to highlight. ``seq`` is the last change the index contains.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    total_exact: bool = True
    full_total: int = 0
    facets: tuple[Facet, ...] = ()
    next_cursor: str | None = None
    partial_from: int | None = None
    did_you_mean: str | None = None
    number: str | None = None
    number_hit: str | None = None
    expansions: tuple[Expansion, ...] = ()
    marks: tuple[str, ...] = ()
    shortened: bool = False
    seq: int = 0


@dataclass(frozen=True)
class Suggestion:
    """One line of the autocomplete list; ``count`` is the number of public records."""

    text: str
    kind: str
    count: int
