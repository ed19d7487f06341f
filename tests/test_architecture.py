"""The house is kept by machine: sizes, names, one clock, one door, contracts that can fail."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("marketplace", "auction", "search", "rules")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMELESS = {"utils", "helpers", "common", "manager", "misc", "util", "helper"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_has_one_noun_and_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert path.stem not in NAMELESS


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_does_one_thing_in_at_most_40_lines(path):
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_opens_with_one_sentence(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


def test_everything_is_caught_in_one_place_only():
    found = [
        name(path)
        for path in SOURCES
        if re.search(r"except (Exception|BaseException)\b|except:", path.read_text("utf-8"))
    ]
    assert found == ["marketplace/kernel/relay.py"]


def test_only_the_clock_asks_what_time_it_is():
    asking = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(")
    found = [name(path) for path in SOURCES if asking.search(path.read_text("utf-8"))]
    assert found == ["marketplace/kernel/clock.py"]


def test_templates_hold_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        if "email" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", text), name(path)
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in tag or "application/ld+json" in tag, f"{name(path)}: {tag}"


def test_stylesheets_need_neither_ids_nor_important():
    for path in (ROOT / "static" / "css").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert "!important" not in text, name(path)
        assert not re.search(r"(^|[\s,{}>+~])#[a-z][\w-]*\s*[{,:>]", text), name(path)


def test_no_lock_file_names_a_registry():
    for lock in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "http://" not in re.sub(r'"url": "[^"]*"', "", text), lock
        assert '"resolved"' not in text, lock
        assert "--index-url" not in text, lock


def test_every_locked_package_has_hashes():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        for block in re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8")):
            if re.match(r"[a-z0-9][\w.-]*==", block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


ROOMS = ("identity", "review", "treasury.ledger", "treasury.payments",
         "treasury.deposits", "treasury.escrow", "treasury.vouchers", "notify", "papers", "showcase.listings",
         "showcase.classification", "showcase.deals", "trade.auctions",
         "trade.contracts", "trade.orders", "trade.publicity", "trade.offers",
         "trade.rewards", "trade.royalties", "trade.sessions", "trade.tracking", "trade.aftermath",
         "exchange.demands", "imports")  # fmt: skip
BREAKS = {
    **{
        f"own-tables-{room.replace('.', '-')}": (
            "marketplace/home/_probe.py",
            f"import marketplace.{room if room != 'identity' else 'identity.people'}.models",
        )
        for room in ROOMS
    },
    "engines-pure": ("auction/_probe.py", "import sqlalchemy"),
    "engines-apart": ("search/_probe.py", "import auction.state"),
    "rooms": ("marketplace/kernel/_probe.py", "import marketplace.web.forms"),
    "no-flask-below-views": ("marketplace/kernel/_probe.py", "import flask"),
    "within-a-room": (
        "marketplace/trade/auctions/events.py",
        "import marketplace.trade.auctions.models",
    ),
    "treasury-rooms": (
        "marketplace/treasury/ledger/_probe.py",
        "import marketplace.treasury.deposits.steps",
    ),
    "rooms-of-trade": (
        "marketplace/trade/orders/_probe.py",
        "import marketplace.trade.contracts.commands",
    ),
    "stripe-one-door": ("marketplace/home/_probe.py", "import stripe"),
    "whoosh-one-door": ("marketplace/home/_probe.py", "import whoosh"),
}


def test_every_contract_has_its_break():
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert {one["id"] for one in contracts} == set(BREAKS)


@pytest.mark.slow
@pytest.mark.parametrize("contract", sorted(BREAKS))
def test_every_import_contract_fails_when_it_is_broken(contract, tmp_path):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path, line = BREAKS[contract]
    with (tmp_path / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--contract",
        contract,
        "--no-cache",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "BROKEN" in run.stdout
