"""From facts to a PDF: typst with the font that comes as a package; nothing from the network."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from marketplace.kernel import assets
from marketplace.kernel.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every paper carries besides its facts."""

    template: str
    number: str
    title: str
    code: str
    version: int
    issued_at: datetime
    facts_sha256: str
    verify_url: str
    market_name: str


def render(sheet: Sheet, facts: Mapping[str, Any]) -> bytes:
    """The PDF; the same input gives the same bytes. Raises typst.TypstError."""
    values = {
        "facts": dict(facts),
        "number": sheet.number,
        "title": sheet.title,
        "code": sheet.code,
        "version": sheet.version,
        "issued_at": sheet.issued_at.astimezone(SHANGHAI).isoformat(),
        "facts_sha256": sheet.facts_sha256,
        "verify_url": sheet.verify_url,
        "market_name": sheet.market_name,
        "qr": qr_svg(f"{sheet.verify_url}?code={sheet.code}"),
    }
    return _compile(sheet.template, values, at=sheet.issued_at)


@dataclass(frozen=True, slots=True)
class Slip:
    """A print without number and code: it proves nothing and is made anew each time."""

    template: str
    title: str
    made_at: datetime
    market_name: str
    qr_text: str = ""


def render_slip(slip: Slip, facts: Mapping[str, Any]) -> bytes:
    """The PDF of a slip, with what a phone should read as a QR code. Raises typst.TypstError."""
    values = {
        "facts": dict(facts),
        "title": slip.title,
        "made_at": slip.made_at.astimezone(SHANGHAI).isoformat(),
        "market_name": slip.market_name,
        "qr": qr_svg(slip.qr_text) if slip.qr_text else "",
    }
    return _compile(slip.template, values, at=slip.made_at)


def _compile(template: str, values: Mapping[str, Any], *, at: datetime) -> bytes:
    import typst  # noqa: PLC0415 - 40 MB that few pages and the worker need

    folder = assets.folder() / "templates" / "documents"
    return typst.compile(
        str(folder / template),
        root=str(folder),
        font_paths=[str(_font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        timestamp=at.replace(microsecond=0),  # typst takes whole seconds
    )


def qr_svg(text: str) -> str:
    """A QR code as SVG text for the page and the paper."""
    import segno  # noqa: PLC0415 - needed by one page and one worker

    return str(segno.make(text, error="m").svg_inline(border=0, omitsize=True))


def qr_data_uri(text: str) -> str:
    """A QR code for an ``img`` of a page (the CSP allows data: images)."""
    body = qr_svg(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return "data:image/svg+xml;base64," + base64.b64encode(body.encode()).decode()


@lru_cache(maxsize=1)
def _font_folder() -> Path:
    import noto_cjk_sans_otc  # noqa: PLC0415 - see above

    return Path(noto_cjk_sans_otc.FONT_PATH).parent
