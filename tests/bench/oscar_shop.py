"""P1: CPU of our pages against django-oscar's, the two servers asked in turn."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench import stock
from tests.bench.board import Board, say
from tests.bench.site import Site, empty_market, free_port, running, served

HERE = Path(__file__).resolve().parent / "oscar"
CACHE = Path(__file__).resolve().parents[2] / ".bench"
ITEMS, ROUNDS, ASKED = 1_000, 5, 8
WORDS = ("轴承", "压缩机", "机器人", "电池", "bearing", "sensor", "润滑", "焊接")
BARS = {"list": (1 / 10, "321 to 12 ms"), "detail": (1 / 2, "26 to 4.5 ms"),
        "search": (1 / 6, "173 to 13 ms")}  # fmt: skip


def measure(board: Board) -> None:
    """Install the shop, fill both with the same articles, ask each page of both in turn."""
    try:
        python = _environment()
    except (subprocess.CalledProcessError, OSError) as error:
        told = getattr(error, "stderr", b"") or str(error).encode()
        why = told.decode(errors="replace").strip().splitlines()[-1]
        for page, (most, anchor) in BARS.items():
            board.add(f"P1 {page}", _asked(most), f"no oscar here: {why}", held=None, anchor=anchor)
        return
    with empty_market() as ctx, _shop(python) as shop:
        stock.fill(ctx, ITEMS)
        with served(ctx) as site:
            _compare(board, site, shop)


def _asked(most: float) -> str:
    return f"CPU <= 1/{1 / most:.0f} of oscar's"


def _environment() -> Path:
    """The shop's own environment, made once per list of requirements."""
    wanted = HERE / "requirements.txt"
    mark = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = CACHE / f"oscar-{mark}"
    python = folder / "bin" / "python"
    if not (folder / ".made").exists():
        say("installing django-oscar in an environment of its own")
        uv = [sys.executable, "-m", "uv"]
        _run([*uv, "venv", "--clear", "--python", sys.executable, str(folder)])
        _run([*uv, "pip", "install", "--compile-bytecode", "--python", str(python),
              "-r", str(wanted)])  # fmt: skip
        (folder / ".made").touch()
    return python


def _run(command: list[str], env: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=HERE, env=env)


@contextmanager
def _shop(python: Path) -> Iterator[Site]:
    """The shop with its thousand products, served by one worker."""
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as home:
        env = {**os.environ, "SHOP_HOME": home, "DJANGO_SETTINGS_MODULE": "shop_settings",
               "PYTHONPATH": str(HERE)}  # fmt: skip
        say("filling the shop")
        articles = Path(home) / "articles.jsonl"
        articles.write_text("\n".join(_articles()), encoding="utf-8")
        django = [str(python), "-m", "django"]
        for words in (["migrate"], ["stock", str(articles)], ["rebuild_index", "--noinput"]):
            _run([*django, *words, "--verbosity", "0"], env)
        port = free_port()
        command = [str(python), "-m", "gunicorn", "shop_urls:application", "--workers", "1",
                   "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--timeout", "120",
                   "--no-control-socket"]  # fmt: skip
        with running(command, port, env, probe="/catalogue/", folder=HERE) as shop:
            yield shop


def _articles() -> Iterator[str]:
    for number in range(ITEMS):
        words, ours = stock.article(number, glue=" "), stock.content(number)
        text = f"{words.summary}。{words.text}"
        price = (ours.price_minor or 1_000_000) // 100
        yield json.dumps(
            {"title": words.title, "text": text, "cluster": ours.cluster, "price": price},
            ensure_ascii=False,
        )


def _compare(board: Board, site: Site, shop: Site) -> None:
    detail = re.findall(r"/showcase/listings/\d*[02468]\b", site.get_text("/catalogue/"))[0]
    product = re.findall(r"/catalogue/article-\d+_\d+/", shop.get_text("/catalogue/"))[0]
    pairs = {
        "list": (["/catalogue/"], ["/catalogue/"]),
        "detail": ([detail], [product]),
        "search": ([f"/catalogue/?q={w}" for w in WORDS], [f"/search/?q={w}" for w in WORDS]),
    }
    for page, (ours, theirs) in pairs.items():
        burnt: Counter[str] = Counter()
        for round_ in range(ROUNDS + 1):
            for name, server, paths in (("ours", site, ours), ("theirs", shop, theirs)):
                count = ASKED * (4 if name == "ours" else 1)  # the accounts tick in 10 ms
                cost = server.cost((paths * count)[:count])
                burnt[name] += cost / count if round_ else 0  # the first round warms up
        ours_ms, theirs_ms = (burnt[name] / ROUNDS * 1000 for name in ("ours", "theirs"))
        most, anchor = BARS[page]
        board.add(
            f"P1 {page}",
            _asked(most),
            f"1/{theirs_ms / ours_ms:.1f} ({ours_ms:.1f} of {theirs_ms:.0f} ms)",
            held=ours_ms <= theirs_ms * most,
            anchor=anchor,
        )
