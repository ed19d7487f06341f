"""Read a stranger's file in a child process with limits: a bomb kills the child, not the site."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict

from marketplace.kernel import archives
from marketplace.kernel.errors import Invalid
from marketplace.kernel.sheets import reading
from marketplace.kernel.sheets.reading import Row

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 5
WALL_SECONDS = 15
MOST_ROWS = 2_000
UNPACKED_BYTES = 32 * 1024 * 1024
"""What a workbook of so many rows may unpack to: an open one takes several times as much."""
REFUSED = 3


def rows_of(content: bytes, kind: str) -> list[Row]:
    """The rows of an uploaded file; raises Invalid when it is broken or too much (T18)."""
    if kind == "xlsx":
        archives.check(content, most=UNPACKED_BYTES)
    command = [sys.executable, "-m", "marketplace.kernel.sheets.sandbox", kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("import.too_large", name="") from error
    if done.returncode == REFUSED:
        raise Invalid(done.stdout.decode().splitlines()[-1], name="")
    if done.returncode != 0:
        raise Invalid("import.unreadable", name="")
    found = [Row(**json.loads(line)) for line in done.stdout.splitlines()]
    if len(found) > MOST_ROWS:
        raise Invalid("import.too_many_rows", most=MOST_ROWS)
    return found


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> None:
    """The child: a file on standard input, its rows as JSON lines on standard output."""
    content, kind = sys.stdin.buffer.read(), sys.argv[1]
    try:
        for count, row in enumerate(reading.rows(content, kind)):
            if count > MOST_ROWS:
                break
            sys.stdout.write(json.dumps(asdict(row)) + "\n")
    except Invalid as error:
        sys.stdout.write(error.code + "\n")
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
