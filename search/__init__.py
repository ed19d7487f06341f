"""The search engine: Chinese first, English too; knows nothing of Flask or of the site's tables.

How the site uses it::

    from pathlib import Path
    from search.engine import open_backend
    from search.model import Change, Document, Query
    from search.highlight import highlight, snippet

    index = open_backend(Path(home) / "index")              # a web worker, after the fork
    page = index.search(Query(
        text="固态电池", filters={"visibility": frozenset({"public"})}, facets=("kind", "ipc"),
        now_ms=now_ms,
    ))
    page.hits            # ids and versions: read the rows and authorise them again
    page.number_hit      # the query was a patent number: redirect to this record
    page.partial_from    # here begin records that lack some of the words
    page.did_you_mean, page.expansions, page.facets, page.next_cursor
    snippet(text, page.marks)                               # segments, not HTML
    index.suggest("xc", 8)                                  # 新昌 …
    index.like("listing:17", 6, filters=…)

    writer = open_backend(Path(home) / "index", writable=True)   # one process only
    writer.apply([Change.put(document), Change("listing:9", None)], upto_seq=812)
    writer.rebuild(all_documents, upto_seq=812)             # new folder, swapped in one step

A reader sees every commit by itself. ``SearchRefused`` (limits, bad cursor) and ``IndexUnusable``
(read_only, locked, fingerprint) carry a code for the message. ``search.indexer.Indexer`` drives a
writer from the outbox; ``index.stats()["state"]`` says empty, ready or outdated. Heavy libraries
load at the first search; pypinyin only in the writer.
"""
