"""Zip-based files are looked at before anything opens them: entries, sizes, ratio, names (T18)."""

from __future__ import annotations

import io
import zipfile
import zlib

from marketplace.kernel.errors import Invalid

ENTRIES = 2_000
UNPACKED_BYTES = 200 * 1024 * 1024
RATIO = 150
SMALL_BYTES = 1024 * 1024
"""Below this much unpacked content a high ratio harms nobody."""
NESTED = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar")


def check(
    content: bytes, *, forbidden: tuple[bytes, ...] = (), most: int = UNPACKED_BYTES
) -> list[str]:
    """The names in a zip archive that is safe to open and unpacks to at most ``most`` bytes.

    The sizes the archive declares are checked first, then every entry is unpacked piece by piece
    against what it declared, so that a lie is found before it fills the memory. Raises Invalid:
    upload.damaged, upload.too_many_entries, upload.archive_bomb, upload.bad_entry (encrypted, a
    path outside, an archive within), upload.infected.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_declared(entries, packed=len(content), most=most)
            for entry in entries:
                _check_entry(archive, entry, forbidden)
            return [entry.filename for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Invalid("upload.damaged") from error


def _check_declared(entries: list[zipfile.ZipInfo], *, packed: int, most: int) -> None:
    if len(entries) > ENTRIES:
        raise Invalid("upload.too_many_entries", most=ENTRIES)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most or (unpacked > SMALL_BYTES and unpacked > RATIO * packed):
        raise Invalid("upload.archive_bomb")
    for entry in entries:
        name = entry.filename
        escapes = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")
        if escapes or entry.flag_bits & 0x1 or name.lower().endswith(NESTED):
            raise Invalid("upload.bad_entry")


def _check_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, forbidden: tuple[bytes, ...]
) -> None:
    overlap = max((len(one) for one in forbidden), default=1)
    seen, tail = 0, b""
    with archive.open(entry) as source:
        while piece := source.read(64 * 1024):
            seen += len(piece)
            if seen > entry.file_size:
                raise Invalid("upload.archive_bomb")
            if any(one in tail + piece for one in forbidden):
                raise Invalid("upload.infected")
            tail = piece[-overlap:]
