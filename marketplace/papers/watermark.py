"""A confidential document with its reader's name on every page, made in a child with limits.

PDFs keep their pages; a picture becomes a page of its own size. What cannot be marked is refused:
nothing confidential leaves the market without its reader's mark (T8, T18).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from marketplace.kernel.errors import Invalid

KINDS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
}
MOST_PAGES = 400
MEMORY_BYTES = 4 * 1024**3
CPU_SECONDS, WALL_SECONDS = 30, 60
HEAD_BYTES = 4096

LAYOUT = """
#let about = json(bytes(sys.inputs.at("about")))
#set page(width: auto, height: auto, margin: 0pt)
#let mark = rotate(-28deg, reflow: false, text(size: 15pt, fill: rgb(90, 90, 90, 38%),
  font: "Noto Sans CJK SC", about.lines.join(linebreak())))
#let marks = for at in (20%, 50%, 80%) { place(top + center, dy: at, mark) }
#for number in range(about.first, about.last + 1) {
  page(foreground: marks, image(about.file, page: number))
}
"""


def can_be_marked(media_type: str) -> bool:
    """Whether a document of this type can carry its reader's name."""
    return media_type in KINDS


def marked(content: bytes, media_type: str, *, lines: list[str]) -> bytes:
    """The document as a PDF with ``lines`` across every page.

    Raises Invalid ``papers.cannot_be_marked`` for a broken or locked document, for one with too
    many pages, and for types that cannot be marked.
    """
    kind = KINDS.get(media_type)
    if kind is None:
        raise Invalid("papers.cannot_be_marked")
    head = json.dumps({"kind": kind, "lines": lines}).encode().ljust(HEAD_BYTES)
    command = [sys.executable, "-m", "marketplace.papers.watermark"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=head + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("papers.cannot_be_marked") from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise Invalid("papers.cannot_be_marked")
    return done.stdout


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> None:
    """The child: a head and the document on standard input, the marked one on standard output."""
    head = json.loads(sys.stdin.buffer.read(HEAD_BYTES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = f"document.{head['kind']}"
        (folder / file).write_bytes(sys.stdin.buffer.read())
        (folder / "layout.typ").write_text(LAYOUT, encoding="utf-8")
        last = _pages(folder, file) if head["kind"] == "pdf" else 1
        about = {"file": file, "lines": head["lines"], "first": 1, "last": last}
        sys.stdout.buffer.write(_compiled(folder, about))


def _pages(folder: Path, file: str) -> int:
    """How many pages a PDF has: the last that can be laid out, found by doubling and halving."""
    low, high = 0, 1
    while high <= MOST_PAGES and _has_page(folder, file, high):
        low, high = high, high * 2
    high = min(high, MOST_PAGES + 1)
    while high - low > 1:
        middle = (low + high) // 2
        there = _has_page(folder, file, middle)
        low, high = (middle, high) if there else (low, middle)
    if low in (0, MOST_PAGES):
        raise SystemExit("too many pages, or none")
    return low


def _has_page(folder: Path, file: str, number: int) -> bool:
    import typst  # noqa: PLC0415 - 40 MB that only the child needs

    about = {"file": file, "lines": [], "first": number, "last": number}
    try:
        _compiled(folder, about)
    except typst.TypstError as error:
        if "does not exist" in str(error):
            return False
        raise
    return True


def _compiled(folder: Path, about: dict[str, object]) -> bytes:
    import typst  # noqa: PLC0415 - see above
    from noto_cjk_sans_otc import FONT_PATH  # noqa: PLC0415 - see above

    made: bytes = typst.compile(
        str(folder / "layout.typ"),
        root=str(folder),
        font_paths=[str(Path(FONT_PATH).parent)],
        ignore_system_fonts=True,
        sys_inputs={"about": json.dumps(about, ensure_ascii=False)},
    )
    return made


if __name__ == "__main__":
    main()
