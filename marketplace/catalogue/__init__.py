"""One catalogue over everything that can be found: feeding the index, the search page."""
