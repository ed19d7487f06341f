"""What people upload: limited, judged by its content, pictures drawn anew (T18, T20)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

import filetype
from flask import Response

from marketplace.kernel import archives
from marketplace.kernel.errors import Invalid
from marketplace.web import pictures

MB = 1024 * 1024
PICTURE_BYTES = 10 * MB
DOCUMENT_BYTES = 20 * MB
NAME_LENGTH = 120
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
"""The harmless test signature of virus scanners, in two parts: this file is no virus."""
PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)\b")
PICTURE_EXTENSIONS = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif"}
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ACTIVE_EXTENSIONS = re.compile(
    r"\.(?=(?:html?|xhtml|svg|js|mjs|php\d?|phtml|asp|aspx|jsp|exe|com|bat|cmd|scr|sh|ps1|vbs|jar|"
    r"lnk|hta|msi)(?:\.|$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload that may be stored. ``content`` of a picture is a fresh drawing of it.

    ``small`` is a picture's thumbnail. ``sha256`` is of ``content``.
    """

    name: str
    media_type: str
    content: bytes
    sha256: str
    width: int | None = None
    height: int | None = None
    small: bytes | None = None

    @property
    def is_picture(self) -> bool:
        """True when it may be shown inside a page."""
        return self.media_type.startswith("image/")


def read(stream: IO[bytes], *, limit: int) -> bytes:
    """At most ``limit`` bytes of an upload; raises Invalid when it is empty or longer."""
    content = stream.read(limit + 1)
    if not content:
        raise Invalid("upload.empty")
    if len(content) > limit:
        raise Invalid("upload.too_large", megabytes=limit // MB)
    return content


def accept_picture(name: str, content: bytes) -> Accepted:
    """A JPEG, PNG, WebP or GIF as a re-encoded picture without metadata.

    Raises Invalid: upload.empty, upload.too_large, upload.infected, upload.not_a_picture (also
    SVG and HTML), upload.name_mismatch, upload.too_many_pixels, upload.damaged.
    """
    _refuse_plainly_bad(content, limit=PICTURE_BYTES)
    found = _kind_of(content)
    if found not in set(PICTURE_EXTENSIONS.values()):
        raise Invalid("upload.not_a_picture")
    if PICTURE_EXTENSIONS.get(_extension(name)) != found:
        raise Invalid("upload.name_mismatch", found=found)
    drawn = pictures.redraw(content)
    return Accepted(
        name=safe_name(name, extension=drawn.extension),
        media_type=drawn.media_type,
        content=drawn.content,
        sha256=hashlib.sha256(drawn.content).hexdigest(),
        width=drawn.width,
        height=drawn.height,
        small=drawn.small,
    )


def accept_document(name: str, content: bytes) -> Accepted:
    """A PDF, Word, Excel or PowerPoint file without active content, or a picture.

    Raises Invalid as ``accept_picture`` does, and upload.not_a_document, upload.active_content,
    and what ``archives.check`` raises.
    """
    if _extension(name) in PICTURE_EXTENSIONS:
        return accept_picture(name, content)
    _refuse_plainly_bad(content, limit=DOCUMENT_BYTES)
    extension = _extension(name)
    if content.startswith(b"%PDF-"):
        found, media_type = "pdf", "application/pdf"
        _check_pdf(content)
    elif content.startswith(b"PK\x03\x04"):
        found = _check_office(content)
        media_type = OFFICE[found]
    else:
        raise Invalid("upload.not_a_document")
    if extension != found:
        raise Invalid("upload.name_mismatch", found=found)
    digest = hashlib.sha256(content).hexdigest()
    return Accepted(safe_name(name, extension=found), media_type, content, digest)


def _refuse_plainly_bad(content: bytes, *, limit: int) -> None:
    if not content:
        raise Invalid("upload.empty")
    if len(content) > limit:
        raise Invalid("upload.too_large", megabytes=limit // MB)
    if EICAR in content:
        raise Invalid("upload.infected")


def _kind_of(content: bytes) -> str:
    found = filetype.guess_extension(content[:8192])
    return str(found or "")


def _extension(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().rstrip(".")
    return plain.rpartition(".")[2].lower() if "." in plain else ""


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise Invalid("upload.damaged")
    if PDF_ACTIVE.search(content):
        raise Invalid("upload.active_content")


def _check_office(content: bytes) -> str:
    names = archives.check(content, forbidden=(EICAR,))
    if any("vbaproject" in name.lower() or name.lower().endswith(".bin.exe") for name in names):
        raise Invalid("upload.active_content")
    folders = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
    for folder, extension in folders.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return extension
    raise Invalid("upload.not_a_document")


def safe_name(name: str, *, extension: str) -> str:
    """A file name to show and to download: no path, no invisible or active parts, one extension.

    The name decides nothing: what a file is was read from its content.
    """
    plain = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in plain if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = visible.rpartition(".")[0] if "." in visible else visible
    stem = ACTIVE_EXTENSIONS.sub("_", re.sub(r'[<>:"|?*%;&\'`$={}\[\]\\/]', "_", stem))
    stem = stem.strip(" .")[:NAME_LENGTH].strip(" .")
    return f"{stem or 'file'}.{extension}"


def serve(content: bytes, *, name: str, media_type: str, inline: bool = False) -> Response:
    """An answer with an uploaded file: never interpreted, never framed, never kept by caches.

    Only re-encoded pictures are shown ``inline``; everything else is an attachment (T16, T20).
    """
    response = Response(content, mimetype=media_type)
    how = "inline" if inline and media_type in pictures.MEDIA_TYPES else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    return response
