"""What the engine refuses, with a code that the site turns into a sentence."""

from __future__ import annotations


class SearchRefused(Exception):
    """A query or call that is not run; ``code`` is stable, ``facts`` fill the message.

    Codes: text_too_long, too_many_facets, too_many_values, too_many_filters, page_size,
    page_window, bad_cursor, bad_sort, bad_range, too_costly, deadline, busy.
    """

    def __init__(self, code: str, **facts: int | str) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class IndexUnusable(Exception):
    """The index cannot be written as it is.

    Codes: read_only (opened for reading), locked (another process writes), fingerprint
    (it was made by another analysis chain: rebuild).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
