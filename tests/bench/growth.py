"""P3: what a page costs when the market grows from a thousand listings to a hundred thousand."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.catalogue import asking, engine
from marketplace.catalogue.asking import Asked
from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context
from tests.bench import stock
from tests.bench.board import Board, say
from tests.bench.site import Site, empty_market, served

SIZES = (1_000, 10_000, 100_000)
ASKED = 60
DEPTHS = (0.5, 1.0)
"""How far into what can be paged through: half way, and the last page."""
PLAIN, FACETS = 0.1, 0.2
CLUSTERS = ("bearings", "biomedicine", "textile", "refrigeration", "automotive", "robots")


@dataclass(frozen=True)
class Page:
    """A kind of page: several addresses of it, and the most its cost may grow."""

    name: str
    paths: Sequence[str]
    most: float


def measure(board: Board) -> None:
    """Build a market of each size, ask every kind of page, compare the CPU."""
    costs: dict[str, list[float]] = {}
    bars: dict[str, float] = {}
    for size in SIZES:
        say(f"a market of {size:,} listings")
        with empty_market() as ctx:
            stock.fill(ctx, size)
            for page, cost in costs_of(ctx):
                costs.setdefault(page.name, []).append(cost)
                bars[page.name] = page.most
    report(board, costs, bars)


def report(board: Board, costs: Mapping[str, Sequence[float]], bars: Mapping[str, float]) -> None:
    """One line for each kind of page."""
    for name, (first, *_, last) in costs.items():
        exponent = math.log(last / first) / math.log(SIZES[-1] / SIZES[0])
        steps = " → ".join(f"{cost:.1f}" for cost in costs[name])
        board.add(
            f"P3 {name}",
            f"CPU exponent <= {bars[name]}, 1k to 100k",
            f"{exponent:+.2f} ({steps} ms)",
            held=exponent <= bars[name],
            anchor="OFFSET and GROUP BY 1.15",
        )


def costs_of(ctx: Context) -> list[tuple[Page, float]]:
    """Milliseconds of CPU a request, page by page."""
    with served(ctx) as site:
        found = []
        for page in _pages(ctx, site):
            paths = (list(page.paths) * ASKED)[:ASKED]
            site.cost(paths[: len(page.paths)])  # warm
            burnt = min(site.cost(paths) for _ in range(2))
            found.append((page, burnt / ASKED * 1000))
        return found


def _pages(ctx: Context, site: Site) -> list[Page]:
    details = re.findall(r"/showcase/listings/\d+", site.get_text("/catalogue/"))
    newest, dear = Asked(), Asked(sort="price_desc")
    chosen = [
        Asked(filters={"cluster": (cluster,), "trl": (str(level),)})
        for cluster in CLUSTERS
        for level in range(1, 10)
    ]
    clusters = [Asked(filters={"cluster": (cluster,)}) for cluster in CLUSTERS]
    halfway = [_deep(ctx, asked, 0.5) for asked in clusters]
    return [
        Page("first page", [_address(newest)], PLAIN),
        *(
            Page(f"page at {depth:.0%} of the way", [_address(_deep(ctx, newest, depth))], PLAIN)
            for depth in DEPTHS
        ),
        Page("dearest first, half way", [_address(_deep(ctx, dear, 0.5))], PLAIN),
        Page("detail", sorted(set(details)), PLAIN),
        Page("front page", ["/"], PLAIN),
        Page("two facets chosen", [_address(asked) for asked in chosen], FACETS),
        Page("a facet chosen, half way", [_address(asked) for asked in halfway], FACETS),
    ]


def _address(asked: Asked) -> str:
    return asked.address("/catalogue/", cursor=asked.cursor)


def _deep(ctx: Context, asked: Asked, share: float) -> Asked:
    """The page so far into the result, reached as a visitor does: from cursor to cursor."""
    cursors: list[str] = []
    backend, now_ms = engine.reader(ctx.settings), to_ms(ctx.clock())
    at: str | None = None
    while True:
        query = asking.query_of(replace(asked, cursor=at), lang="zh", now_ms=now_ms)
        at = backend.search(replace(query, facets=())).next_cursor
        if at is None:
            return replace(asked, cursor=cursors[int((len(cursors) - 1) * share)])
        cursors.append(at)
