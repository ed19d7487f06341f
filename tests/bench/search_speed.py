"""Scoreboard S5: CPU of a query class at 20,000 real-style documents.

``python -m tests.bench.search_speed [--documents N] [--queries N]`` prints p50 and p95 in ms CPU,
the speed of indexing, the memory of a reader, and the cost of a small commit.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from search.backends.whoosh import WhooshBackend
from search.engine import open_backend
from search.model import Change, Document, Query
from tests.bench import search_data

BAR_MS = 60.0
PUBLIC = {"visibility": frozenset({"public"})}


def grown(documents: int, chance: random.Random) -> Iterator[Document]:
    """Real-style documents: sentences of real texts put together anew, about 1 KB each."""
    real = search_data.everything()
    sentences = [part for each in real for part in each.summary.split("。") if len(part) > 12]
    for number in range(documents):
        base = real[number % len(real)]
        if number >= len(real):
            text = "。".join(chance.sample(sentences, 6))[:360]
            base = replace(base, title=chance.choice(sentences)[:24], summary=text, codes=())
        yield replace(
            base,
            id=f"grown:{number}",
            keys={**base.keys, "region": (f"3306{chance.randrange(30):02}",)},
            numbers={
                "price_minor": chance.randrange(10_000_000) if chance.random() < 0.5 else None,
                "published_ms": number * 60_000,
                "trl": chance.randrange(1, 10),
            },
        )


def classes(documents: list[Document], chance: random.Random) -> dict[str, Callable[[], Query]]:
    """One maker of queries per class."""
    titles = [each.title for each in documents if len(each.title) > 6]
    numbered = [each.codes[0] for each in documents if each.codes]
    facets = ("kind", "cluster", "region", "maturity", "ipc")

    def piece(least: int, most: int) -> str:
        title = chance.choice(titles)
        start = chance.randrange(max(1, len(title) - most))
        return title[start : start + chance.randint(least, most)]

    def of(text: str, **more: object) -> Query:
        return replace(Query(text=text, filters=PUBLIC, facets=facets), **more)  # type: ignore[arg-type]

    frequent = ("系统", "装置", "方法", "控制", "一种", "研究 结果", "技术 应用 发展")
    english = ("bearing", "heat pump control", "electric vehicle battery", "robot", "wing design")
    return {
        "one or two words": lambda: of(piece(2, 4)),
        "a title": lambda: of(chance.choice(titles)),
        "a long question": lambda: of("请问有没有" + "，".join(chance.sample(titles, 3))[:200]),
        "frequent words": lambda: of(chance.choice(frequent)),
        "English": lambda: of(chance.choice(english)),
        "pinyin": lambda: of(chance.choice(("zhoucheng", "jiqiren", "kongzhi xitong", "rebeng"))),
        "a number": lambda: of(chance.choice(numbered)),
        "browse, facets": lambda: of(""),
        "filters and range": lambda: of(
            piece(2, 4), ranges={"price_minor": (100_000, 5_000_000)}, sort="price_asc"
        ),
        "typing error": lambda: of(piece(3, 5)[:-1] + chance.choice("鑫淼焱垚犇")),
    }


def spread(backend: WhooshBackend, make: Callable[[], Query], queries: int) -> tuple[float, float]:
    """p50 and p95 of the CPU milliseconds of one class."""
    taken = []
    for _ in range(queries):
        query = make()
        begun = time.process_time()
        backend.search(query)
        taken.append((time.process_time() - begun) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def main() -> int:
    """Prints the scoreboard; 1 when a class misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=60)
    options = parser.parse_args()
    chance = random.Random(5)
    documents = list(grown(options.documents, chance))
    with tempfile.TemporaryDirectory() as folder:
        writer = open_backend(Path(folder), writable=True)
        begun = time.process_time()
        writer.rebuild(documents, 1)
        rate = len(documents) / (time.process_time() - begun)
        print(f"indexing            {rate:8.0f} documents per CPU second   bar 400")
        held = True
        for name, make in classes(documents, chance).items():
            middle, high = spread(writer, make, options.queries)
            held &= high <= BAR_MS
            print(f"{name:20} p50 {middle:6.1f} ms   p95 {high:6.1f} ms   bar {BAR_MS:.0f}")
        commits = []
        for seq in range(2, 32):
            begun = time.perf_counter()
            late = replace(chance.choice(documents), version=seq)
            writer.apply([Change.put(late)], seq)
            assert writer.seq() == seq
            commits.append((time.perf_counter() - begun) * 1000)
        commits.sort()
        print(
            f"commit → visible    p50 {commits[15]:6.1f} ms   p95 {commits[28]:6.1f} ms   bar 2000"
        )
        writer.close()
    print(f"memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
