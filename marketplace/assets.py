"""Builds static/vendor, the served parts that are not committed, from node_modules and css."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

LAYERS = ("tokens", "base", "layout", "components", "utilities")
"""The sheets every page needs, in the order of their cascade layers."""

COPIES = (
    ("htmx.org/dist/htmx.min.js", "htmx.min.js"),
    ("htmx.org/LICENSE", "htmx.LICENSE.txt"),
)
"""What is taken from node_modules (left) and its name in static/vendor (right)."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")


class AssetsMissing(Exception):
    """A part to build from is not there; the message says which and how to get it."""


def build_vendor(root: Path) -> list[Path]:
    """Write static/vendor below ``root`` and return the written files.

    The same input gives the same bytes. Raises AssetsMissing before writing anything
    when node_modules or a sheet is absent.
    """
    copies = [(root / "node_modules" / source, name) for source, name in COPIES]
    sheets = [root / "static" / "css" / f"{layer}.css" for layer in LAYERS]
    _require([source for source, _ in copies], "run `npm ci` in the project's folder")
    _require(sheets, "the checkout is incomplete")
    vendor = root / "static" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    written = [vendor / "market.css"]
    written[0].write_text(bundle(sheets), encoding="utf-8")
    for source, name in copies:
        shutil.copyfile(source, vendor / name)
        written.append(vendor / name)
    return written


def bundle(sheets: list[Path]) -> str:
    """The sheets as one, without comments and indentation; nothing else is rewritten."""
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return _INDENT.sub("\n", _COMMENT.sub("", text)).strip() + "\n"


def _require(parts: list[Path], remedy: str) -> None:
    missing = [str(part) for part in parts if not part.is_file()]
    if missing:
        raise AssetsMissing(f"cannot build static/vendor, missing: {', '.join(missing)}; {remedy}")


def main(arguments: list[str]) -> int:
    """``python -m marketplace.assets [ROOT]``: build and name the files; 1 with words on failure."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    try:
        written = build_vendor(root)
    except AssetsMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{path.relative_to(root)}\n" for path in written))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
