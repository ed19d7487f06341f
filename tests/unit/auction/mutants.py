"""Break the auction rules in every small way and see the unit tests notice: make mutants.

    python -m tests.unit.auction.mutants [--jobs N] [--every N] [MODULE …]

One mutant is one changed comparison, operator, connective, condition, number or min/max in one
module of RULES. A mutant is killed when the tests fail on it. Prints each survivor with its line,
then killed/total; exit status 1 below BAR. Each mutant runs in a forked process that imports a
copy of the engine from a folder of its own, so nothing in the checkout is ever changed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]
RULES = (
    "proxy", "english", "hall", "operating", "envelopes", "sealing", "sealed", "dutch",
    "progress", "terms", "state",
)  # fmt: skip
TESTS = (
    "table", "english", "english_people", "hall", "sealed", "dutch", "defects", "edges", "public_stream",
)  # fmt: skip
BAR = 0.95
SECONDS = 60

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult}
JOINED = {ast.And: ast.Or, ast.Or: ast.And}


class Mutant(NamedTuple):
    """One change of one module."""

    module: str
    line: int
    what: str
    source: str


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse((ROOT / "auction" / f"{module}.py").read_text())
    nodes = list(_rules_in(tree))
    for index in range(len(nodes)):
        for choice in range(2):
            changed = copy.deepcopy(tree)
            node = list(_rules_in(changed))[index]
            what = _change(node, choice)
            if what:
                source = ast.unparse(ast.fix_missing_locations(changed))
                yield Mutant(module, node.lineno, what, source)


def _rules_in(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that decide something: no annotations, decorators, imports or enumerations."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.AnnAssign | ast.Import | ast.ImportFrom | ast.keyword):
            continue
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                yield from _within(statement)
        else:
            yield from _within(node)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    if hasattr(node, "lineno") and not isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node
    yield from _rules_in(node)


def _change(node: ast.AST, choice: int) -> str:
    """Change ``node`` in place; says how, or nothing if there is no such change."""
    if isinstance(node, ast.If | ast.IfExp) and choice == 0:
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return "condition turned"
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED and choice == 0:
        node.ops[0] = COMPARED[type(node.ops[0])]()
        return f"compared by {type(node.ops[0]).__name__}"
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED and choice == 0:
        node.op = COUNTED[type(node.op)]()
        return f"computed by {type(node.op).__name__}"
    if isinstance(node, ast.BoolOp):
        if choice == 0:
            node.op = JOINED[type(node.op)]()
            return f"joined by {type(node.op).__name__}"
        node.values = node.values[1:]
        return "first part left out"
    if isinstance(node, ast.Constant) and type(node.value) in (int, bool) and choice == 0:
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
        return f"{node.value} instead"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and choice == 0:
        other = {"min": "max", "max": "min", "any": "all", "all": "any"}.get(node.func.id)
        if other:
            node.func.id = other
            return f"{other} instead"
    return ""


def is_killed(mutant: Mutant) -> bool:
    """Whether the unit tests fail on the mutant, or never end."""
    folder = tempfile.mkdtemp(prefix="mutant-")
    shutil.copytree(ROOT / "auction", Path(folder, "auction"))
    Path(folder, "auction", f"{mutant.module}.py").write_text(mutant.source)
    child = os.fork()
    if child == 0:
        os._exit(_run_tests(folder))
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder)
    return status != 0


def _run_tests(folder: str) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    sys.path[:0] = [folder, str(ROOT)]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    files = [str(ROOT / f"tests/unit/auction/test_{name}.py") for name in TESTS]
    few = "not transaction_reaches and not was_due"
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-o", "pythonpath="]
    return int(pytest.main([*options, "-k", few, "--rootdir", str(ROOT), *files]))


def main() -> int:
    """Run all mutants of the modules named, or of all; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=RULES)
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--every", type=int, default=1, help="only every nth mutant: a sample")
    asked = parser.parse_args()
    sound = Mutant("proxy", 0, "none", (ROOT / "auction/proxy.py").read_text())
    if is_killed(sound):
        print("the tests fail without any mutant")
        return 2
    found = [mutant for module in asked.modules for mutant in mutants_of(module)]
    found = found[:: asked.every]
    killed = 0
    with multiprocessing.get_context("fork").Pool(asked.jobs) as pool:
        for mutant, dead in zip(found, pool.imap(is_killed, found), strict=True):
            killed += dead
            if not dead:
                print(
                    f"survived: auction/{mutant.module}.py:{mutant.line} {mutant.what}", flush=True
                )
    share = killed / max(1, len(found))
    print(f"{killed}/{len(found)} mutants killed ({share:.1%})")
    return 0 if share >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
