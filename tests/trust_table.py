"""``python -m tests.trust_table``: every threat and fault of the trust page, tried and held.

Collects the tests marked ``threat("T…")`` and ``fault("F…")``, runs them, and prints one row per
threat and fault: how many tests tried it and how many held. A row without a test says so; a test
that was skipped counts as not tried. Exit status 1 when a row did not hold.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

THREATS = {
    "T1": "two bidders in the same millisecond",
    "T2": "a late bid, the client's clock",
    "T3": "amounts that are none",
    "T4": "a bid without a held deposit",
    "T5": "a price changed between page and act",
    "T6": "double release, refund or capture",
    "T7": "forged or replayed webhook",
    "T8": "documents by guessed numbers",
    "T9": "contacts in any answer",
    "T10": "the bidders' identity",
    "T11": "shill bidding",
    "T12": "mass assignment",
    "T13": "approving one's own",
    "T14": "guessing accounts, fixation",
    "T15": "foreign hosts, open redirects, split headers",
    "T16": "stored scripts",
    "T17": "requests made by the server",
    "T18": "bombs and floods",
    "T19": "formulas in exports",
    "T20": "uploads that are not what they say",
    "T21": "forms and frames of other sites",
    "T22": "tokens of the interface",
    "T23": "edited history",
    "T24": "brokers who read both sides",
    "T25": "supply chain",
    "T26": "private pages in caches",
}
FAULTS = {
    "F1": "a worker killed during a bid",
    "F2": "everything killed",
    "F3": "killed at each statement",
    "F4": "several job runners at once",
    "F5": "killed between call and commit",
    "F6": "power lost",
    "F7": "disk full",
    "F8": "database locked",
    "F9": "database slow",
    "F10": "database restarted",
    "F11": "serialization errors",
    "F12": "Redis gone",
    "F13": "mail server down",
    "F14": "webhooks repeated",
    "F15": "webhooks in any order",
    "F16": "webhooks late or never",
    "F17": "webhooks forged",
    "F18": "provider errors that did it",
    "F19": "a hold that expires",
    "F20": "clocks that jump",
    "F21": "down across an end",
    "F22": "search index lost",
    "F23": "database file corrupt",
    "F24": "an upload cut",
    "F25": "an import killed",
    "F26": "a migration killed",
    "F27": "out of memory or descriptors",
    "F28": "deployed in the closing minute",
    "F29": "a backup under load",
    "F30": "an altered row",
}


@dataclass
class Tally:
    """What became of the tests of one row."""

    tried: int = 0
    held: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        if self.failed:
            return "BROKEN"
        if self.tried:
            return "held"
        return "not measured" if self.skipped else "not tried"


class Marks:
    """A pytest plugin: keeps the marked tests only, and counts how each row did."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.tallies: dict[str, Tally] = defaultdict(Tally)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        kept, dropped = [], []
        for item in items:
            found = rows_of(item)
            self.rows[item.nodeid] = found
            (kept if found else dropped).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=dropped)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        for row in self.rows.get(report.nodeid, ()):
            tally = self.tallies[row]
            if report.skipped:
                tally.skipped += 1
                continue
            tally.tried += 1
            tally.held += report.passed
            if report.failed:
                tally.failed.append(report.nodeid)


def rows_of(item: pytest.Item) -> list[str]:
    """The rows that a test's marks name; an unknown one is a mistake in the test."""
    found = [
        str(name)
        for kind in ("threat", "fault")
        for mark in item.iter_markers(kind)
        for name in mark.args
    ]
    for name in found:
        if name not in THREATS and name not in FAULTS:
            raise pytest.UsageError(f"{item.nodeid} names an unknown row: {name}")
    return list(dict.fromkeys(found))


def table(tallies: dict[str, Tally]) -> str:
    """One line a row, then the totals."""
    head = f"{'row':<4} {'what':<46} {'tried':>5} {'held':>5}  verdict"
    lines = [head, "-" * len(head)]
    for name, what in (THREATS | FAULTS).items():
        tally = tallies.get(name, Tally())
        lines.append(f"{name:<4} {what:<46} {tally.tried:>5} {tally.held:>5}  {tally.words}")
        lines += [f"       {nodeid}" for nodeid in tally.failed]
    for kind, rows in (("threats", THREATS), ("faults", FAULTS)):
        tried = [name for name in rows if tallies.get(name, Tally()).tried]
        held = [name for name in tried if not tallies[name].failed]
        lines.append(f"{kind}: {len(rows)} rows, {len(tried)} tried, {len(held)} held")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Run the marked tests (pytest's own arguments narrow them) and print the table."""
    marks = Marks()
    given = list(arguments) or ["tests"]
    status = pytest.main([*given, "-q", "--no-header", "--tb=short"], plugins=[marks])
    print(table(marks.tallies))
    if status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(any(tally.failed for tally in marks.tallies.values()))
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
