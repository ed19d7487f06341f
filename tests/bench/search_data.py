"""Documents and judgements made from the shared real data, for the search benchmarks."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.model import PUBLIC, VISIBILITY, Document

ROOT = Path(__file__).resolve().parent.parent.parent


def data_folder() -> Path:
    """The folder of the shared data; MARKET_SHARED names its parent."""
    return Path(os.environ.get("MARKET_SHARED", ROOT.parent / "shared")) / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a JSONL file of the shared data."""
    with gzip.open(data_folder() / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the shared data."""
    text = gzip.decompress((data_folder() / name).read_bytes()).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def patent(row: dict[str, Any], identity: str, *, with_title: bool = True) -> Document:
    """A row of patents_zh as a document; its English text is never indexed here."""
    date = str(row.get("pub_date") or row.get("app_date") or "").replace("-", "")
    return Document(
        id=identity,
        version=1,
        kind="patent",
        title=(row.get("title") or "") if with_title else "",
        summary=row.get("abstract") or "",
        applicant="；".join(row.get("applicants") or ()),
        inventors=tuple(row.get("inventors") or ()),
        keys={"ipc": tuple(row.get("ipc") or ()), VISIBILITY: (PUBLIC,)},
        numbers={"published_ms": int(date) if date.isdigit() else None},
        codes=tuple(code for code in (row.get("app_no"), row.get("pub_no")) if code),
    )


def paper(row: dict[str, Any]) -> Document:
    """A row of csl_papers_zh: the abstract alone."""
    return Document(
        id=row["id"],
        version=1,
        kind="paper",
        title="",
        summary=row["abstract"],
        keys={VISIBILITY: (PUBLIC,)},
    )


def listing(row: dict[str, Any], identity: str, kind: str) -> Document:
    """A row of the real achievements or demands."""
    date = str(row.get("postTime") or "").replace("-", "")
    return Document(
        id=identity,
        version=1,
        kind=kind,
        title=row.get("name") or "",
        summary=row.get("context") or "",
        keys={
            "cluster": (str(row.get("industry") or row.get("classification") or "other"),),
            "maturity": (str(row.get("maturity") or "none"),),
            VISIBILITY: (PUBLIC,),
        },
        numbers={"published_ms": int(date) if date.isdigit() else None, "price_minor": None},
    )


def everything() -> list[Document]:
    """All real patents, achievements, demands and papers (about 6,200)."""
    made = [patent(row, f"patent:{at}") for at, row in enumerate(rows("patents_zh.jsonl.gz"))]
    for kind in ("achievement", "demand"):
        name = f"tech_{kind}s_zh.jsonl.gz"
        made += [listing(row, f"{kind}:{at}", kind) for at, row in enumerate(rows(name))]
    return made + [paper(row) for row in rows("csl_papers_zh.jsonl.gz")]


def bilingual_titles() -> Iterator[tuple[str, str]]:
    """Official classification titles in English and Chinese, joined by code."""
    english = {row["code"]: row["title_en"] for row in table("ref/ipc_en.csv.gz")}
    for row in table("ref/ipc_zh.csv.gz"):
        if row["code"] in english:
            yield english[row["code"]], row["title_zh"]
