"""What every engine can do; the site and the indexer know only this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from search.limits import Budget
from search.model import Change, Document, Page, Query, Suggestion


class Backend(Protocol):
    """A search index. Safe for threads; one process writes, any number read.

    Results are ids and versions: the caller reads the rows and authorises them again.
    """

    def apply(self, batch: Sequence[Change], upto_seq: int) -> bool:
        """Makes all changes and ``upto_seq`` visible at once; the last change of an id counts.

        False, and nothing done, when the index already contains ``upto_seq``. IndexUnusable
        read_only, locked or fingerprint.
        """
        ...

    def rebuild(self, documents: Iterable[Document], upto_seq: int) -> int:
        """Replaces the whole index in one step by these documents; returns how many."""
        ...

    def search(self, query: Query, budget: Budget | None = None) -> Page:
        """One page of results; an empty index gives an empty page. SearchRefused on a limit."""
        ...

    def count(self, query: Query) -> int:
        """How many records the query finds, exactly."""
        ...

    def like(
        self, identity: str, most: int, *, filters: Mapping[str, frozenset[str]] | None = None
    ) -> tuple[str, ...]:
        """Ids of records with similar titles, the most similar first, never the record itself."""
        ...

    def suggest(self, prefix: str, most: int) -> tuple[Suggestion, ...]:
        """Words of public records that begin so, in characters, pinyin or initials."""
        ...

    def terms(self, prefix: str, most: int) -> tuple[str, ...]:
        """Index terms that begin with ``prefix``, in order."""
        ...

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every indexed (id, version), for the audit against the database."""
        ...

    def seq(self) -> int:
        """The last change that the index contains; 0 for an empty index."""
        ...

    def fingerprint(self) -> str:
        """The analysis chain the index was made with; "" for an empty index."""
        ...

    def stats(self) -> dict[str, int | str]:
        """Figures for the health page: state, documents, segments, seq, fingerprint."""
        ...

    def close(self) -> None:
        """Gives files and locks back."""
        ...
