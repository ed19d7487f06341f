"""The refused rows as a file: one line per problem, ready for a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path

from marketplace.imports.commands import Rejection
from marketplace.kernel.errors import Invalid
from marketplace.web.exports import safe_cell


def beside(path: Path) -> Path:
    """Where the report of a file goes unless somebody says otherwise."""
    return path.with_name(f"{path.name}.rejected.csv")


def place(wanted: Path | None, path: Path, home: Path) -> Path:
    """Where the report can be written: as wanted, beside the file, or else in the instance's home.

    Raises Invalid when a place that was asked for cannot be written, before anything is imported.
    """
    if wanted is not None:
        if not os.access(wanted if wanted.exists() else wanted.parent, os.W_OK):
            raise Invalid("import.report_unwritable", name=str(wanted))
        return wanted
    here = beside(path)
    if os.access(here if here.exists() else here.parent, os.W_OK):
        return here
    (home / "reports").mkdir(exist_ok=True)
    return home / "reports" / here.name


def write(path: Path, rejected: Iterable[Rejection]) -> None:
    """Write line, field, reason and facts of every problem (CSV with UTF-8 mark)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "key", "field", "reason", "facts"])
        for one in rejected:
            for problem in one.problems:
                facts = json.dumps(dict(problem.facts), ensure_ascii=False, default=str)
                cells = (one.line, one.key, problem.field, problem.reason, facts)
                writer.writerow([safe_cell(cell) for cell in cells])
