"""What of a document goes into the inverted index: weighted terms and a weighted length.

One field of terms with BM25F's pseudo-frequency (Robertson 2004): a word counts by the weight of
the part in which it stands. Beside the words stand pairs of Han characters that no word covers, and
single Han characters under a mark of their own, so that every substring of a text can be found.
"""

from __future__ import annotations

from dataclasses import dataclass

from search.analysis import fingerprint as chain_fingerprint
from search.analysis import index_terms
from search.model import Document
from search.numbers import forms

#: The weight of a word by the part of the document.
PART_WEIGHTS = {
    "title": 3.0,
    "keywords": 2.0,
    "summary": 1.0,
    "body": 0.5,
    "applicant": 1.0,
    "inventors": 1.0,
    "title_en": 2.0,
    "summary_en": 0.75,
}
#: A pair of characters that is no word of the text counts this share of a word.
PAIR_SHARE = 0.5
CHARACTER_SHARE = 0.25
#: Marks of terms that are not words; no word begins with them.
CHARACTER_MARK, CODE_MARK = "~", "#"
#: Stands in the fingerprint: weights are baked into the index.
LAYOUT = 1


def fingerprint() -> str:
    """What an index depends on beside the documents: the analysis chain and the weights."""
    return f"{chain_fingerprint()}-{LAYOUT}"


@dataclass(frozen=True)
class Contents:
    """Term → weighted frequency, and the weighted number of words."""

    terms: dict[str, float]
    length: float


def contents(document: Document) -> Contents:
    """The terms of a document."""
    terms: dict[str, float] = {}
    beside: dict[str, float] = {}
    length = 0.0
    for part, weight in PART_WEIGHTS.items():
        value = getattr(document, part)
        text = value if isinstance(value, str) else "\n".join(value)
        if text:
            length += weight * _add_words(text, weight, terms=terms, beside=beside)
    for term, weight in beside.items():
        terms.setdefault(term, weight)
    for code in document.codes:
        for form in forms(code):
            terms[CODE_MARK + form] = 1.0
    return Contents(terms, length)


def _add_words(
    text: str, weight: float, *, terms: dict[str, float], beside: dict[str, float]
) -> int:
    """Adds the words of one part; the number of positions."""
    found = index_terms(text)
    for term in found.terms:
        terms[term] = terms.get(term, 0.0) + weight
    pair_weight, character_weight = weight * PAIR_SHARE, weight * CHARACTER_SHARE
    for pair in {run[at : at + 2] for run in found.runs for at in range(len(run) - 1)}:
        beside.setdefault(pair, pair_weight)
    for character in set("".join(found.runs)):
        beside.setdefault(CHARACTER_MARK + character, character_weight)
    return found.positions
