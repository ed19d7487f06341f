"""What papers does when it hears that one was ordered: render between two transactions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.kernel import files
from marketplace.kernel.context import Context
from marketplace.papers.events import PaperIssued
from marketplace.papers.kinds import KINDS
from marketplace.papers.models import Paper
from marketplace.papers.rendering import Sheet, render


def render_paper(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Render and store the ordered paper once; a paper already issued is left alone."""
    with ctx.reading() as db:
        paper = db.get_one(Paper, payload["paper_id"])
    if paper.state == "issued":
        return
    content = render(_sheet(ctx, paper), paper.facts)
    stored = files.put(ctx.settings, content, area="papers")
    with ctx.transaction() as tx:
        row = tx.db.scalar(select(Paper).where(Paper.id == paper.id).with_for_update())
        if row is None or row.state == "issued":
            superfluous = True  # another worker was faster; only its file counts
        else:
            superfluous = False
            row.state, row.issued_at = "issued", tx.now
            row.sha256, row.file_key, row.size = stored.sha256, stored.key, stored.size
            tx.emit(PaperIssued(row.id, row.kind, row.thing, row.thing_id))
            tx.audit("paper.issued", "paper", row.id, sha256=stored.sha256, number=row.number)
    if superfluous:
        files.delete(ctx.settings, stored.key)


def _sheet(ctx: Context, paper: Paper) -> Sheet:
    return Sheet(
        template=KINDS[paper.kind].template,
        number=paper.number,
        title=paper.title,
        code=paper.code,
        version=paper.version,
        issued_at=paper.ordered_at,
        facts_sha256=paper.facts_sha256,
        verify_url=f"{ctx.settings.base_url}/papers/verify",
        market_name=ctx.settings.name,
    )


REACTIONS = {"papers.paper_ordered": {"papers.render": render_paper}}
