"""The one door: opens the index that a setting names."""

from __future__ import annotations

from pathlib import Path

from search.backends.whoosh import WhooshBackend
from search.lexicon import Lexicon
from search.synonyms import Synonyms

#: Beside the index: what ``learn_lexicon`` made of bilingual titles, if it was ever run.
LEXICON_FILE = "lexicon.json"


def open_backend(
    folder: Path, *, writable: bool = False, synonyms: Synonyms | None = None
) -> WhooshBackend:
    """The index in ``folder``, for reading or as its only writer (IndexUnusable locked).

    Without ``synonyms`` the curated pairs count, with the lexicon in the folder if there is one.
    Open it after the web server has forked; the object is safe for threads.
    """
    return WhooshBackend(folder, writable=writable, synonyms=synonyms or default_synonyms(folder))


def default_synonyms(folder: Path) -> Synonyms:
    """The curated pairs with the folder's lexicon; a lexicon of another format is left out."""
    path = folder / LEXICON_FILE
    try:
        lexicon = Lexicon.load(path)
    except (FileNotFoundError, ValueError):
        lexicon = Lexicon.empty()
    return Synonyms.curated(lexicon=lexicon)
