"""The table of bars: asked, measured, what others measured, held or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest


@dataclass(frozen=True)
class Line:
    """One bar; ``held`` is None where it could not be measured here."""

    bar: str
    asked: str
    measured: str
    anchor: str
    held: bool | None

    @property
    def verdict(self) -> str:
        return "not measured" if self.held is None else "held" if self.held else "NOT HELD"


@dataclass
class Board:
    """What was measured so far; a bar is printed as soon as it is known and again at the end."""

    lines: list[Line] = field(default_factory=list)

    def add(
        self, bar: str, asked: str, measured: str, *, held: bool | None, anchor: str = ""
    ) -> None:
        line = Line(bar, asked, measured, anchor, held)
        self.lines.append(line)
        print(f"  {line.bar}: {line.measured} ({line.verdict})", flush=True)

    def show(self) -> None:
        head = ("bar", "asked", "measured", "anchor", "")
        rows = [(one.bar, one.asked, one.measured, one.anchor, one.verdict) for one in self.lines]
        widths = [max(map(len, column)) for column in zip_longest(head, *rows, fillvalue="")]
        print()
        for row in (head, *rows):
            print("  ".join(map(str.ljust, row, widths)).rstrip())

    @property
    def all_held(self) -> bool:
        return all(line.held is not False for line in self.lines)


def say(text: str) -> None:
    """Progress of what takes a while."""
    print(f"… {text}", flush=True)
