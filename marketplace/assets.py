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

MODULES = (
    "server", "toast", "amounts", "countdown", "live", "bid", "sealing", "falling", "clerk",
    "proof", "suggest", "autosave", "upload", "facets", "dialog", "hotkeys", "copy", "theme",
    "table-scroll", "menu", "left-chars", "market",
)  # fmt: skip
"""The behaviours in static/js, each after the ones it imports."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")
_DOC = re.compile(r"^[ ]*/\*\*.*?\*/\n", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(r'^import (\{[^}]+\}) from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b", re.MULTILINE)


class AssetsMissing(Exception):
    """A part to build from is not there; the message says which and how to get it."""


def build_vendor(root: Path) -> list[Path]:
    """Write static/vendor below ``root`` and return the written files.

    The same input gives the same bytes. Raises AssetsMissing before writing anything
    when node_modules, a sheet or a module is absent.
    """
    copies = [(root / "node_modules" / source, name) for source, name in COPIES]
    sheets = [root / "static" / "css" / f"{layer}.css" for layer in LAYERS]
    _require([source for source, _ in copies], "run `npm ci` in the project's folder")
    modules = [root / "static" / "js" / f"{name}.js" for name in MODULES]
    _require([*sheets, *modules], "the checkout is incomplete")
    vendor = root / "static" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    written = [vendor / "market.css", vendor / "market.js"]
    written[0].write_text(bundle_sheets(sheets), encoding="utf-8")
    written[1].write_text(bundle_modules(modules), encoding="utf-8")
    for source, name in copies:
        shutil.copyfile(source, vendor / name)
        written.append(vendor / name)
    return written


def bundle_sheets(sheets: list[Path]) -> str:
    """The sheets as one, without comments and indentation; nothing else is rewritten."""
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return _INDENT.sub("\n", _COMMENT.sub("", text)).strip() + "\n"


def bundle_modules(sources: list[Path]) -> str:
    """The modules as one file, each in its own scope: one request, one version.

    They may import only named exports of earlier ones and export only functions, classes and
    constants where they are declared. Raises ValueError for any other form.
    """
    parts = ["const modules = {};"]
    parts += [_scoped(source.stem, source.read_text(encoding="utf-8")) for source in sources]
    return "\n".join(parts) + "\n"


def _scoped(name: str, text: str) -> str:
    exported = ", ".join(found for _, found in _EXPORT.findall(text))
    body = _IMPORT.sub(r'const \1 = modules["\2"];', _EXPORT.sub(r"\1 \2", _DOC.sub("", text)))
    if _LEFT_OVER.search(body):
        raise ValueError(f"{name}.js imports or exports in a form the bundle does not know")
    return f'modules["{name}"] = (() => {{\n{body.strip()}\nreturn {{ {exported} }};\n}})();'


def _require(parts: list[Path], remedy: str) -> None:
    missing = [str(part) for part in parts if not part.is_file()]
    if missing:
        raise AssetsMissing(f"cannot build static/vendor, missing: {', '.join(missing)}; {remedy}")


def main(arguments: list[str]) -> int:
    """``python -m marketplace.assets [ROOT]``: build and name the files; 1 on failure."""
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
