"""I1 proven from the rows alone: nothing here shares a line with the steps that wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.audit import AuditEntry
from marketplace.treasury.ledger.models import Book, Posting
from marketplace.treasury.ledger.steps import digest_of, stored_posts


def broken_rows(db: Session) -> Iterator[tuple[str, str]]:
    """(row, what is wrong) for every entry, posting and account that contradicts the others."""
    yield from _running_balances(db)
    yield from _altered_entries(db)


def _running_balances(db: Session) -> Iterator[tuple[str, str]]:
    """Replay all postings in order: each balance, each total, and the sum of everything."""
    sides = {row.id: row.side for row in db.execute(select(Book.id, Book.side))}
    debit: dict[int, int] = defaultdict(int)
    credit: dict[int, int] = defaultdict(int)

    def stands(book: int) -> int:
        turned = debit[book] - credit[book]
        return turned if sides[book] == "debit" else -turned

    columns = (Posting.id, Posting.debit_id, Posting.credit_id, Posting.amount_minor,
               Posting.debit_after_minor, Posting.credit_after_minor)  # fmt: skip
    for number, gives, takes, amount, left, right in db.execute(
        select(*columns).order_by(Posting.id)
    ):
        debit[gives] += amount
        credit[takes] += amount
        if (left, right) != (stands(gives), stands(takes)):
            yield f"posting {number}", "the balance after it does not follow from the amounts"
    for book in db.scalars(select(Book).order_by(Book.id)):
        if (book.debit_minor, book.credit_minor) != (debit[book.id], credit[book.id]):
            yield (
                f"account {book.id} ({book.kind} {book.subject})",
                "its totals are not its postings'",
            )
    if sum(debit.values()) != sum(credit.values()):
        yield "all accounts", "debits and credits differ"


def _altered_entries(db: Session) -> Iterator[tuple[str, str]]:
    kept = {
        int(facts["entry"]): str(facts["digest"])
        for facts in db.scalars(
            select(AuditEntry.facts).where(AuditEntry.action == "ledger.posted")
        )
    }
    for entry, fact in stored_posts(db):
        if digest_of(fact, entry.booked_on) != entry.digest:
            yield f"entry {entry.id}", "the entry or a posting was altered"
        elif kept.pop(entry.id, None) != entry.digest:
            yield f"entry {entry.id}", "the audit log knows another entry"
    for missing in kept:
        yield f"entry {missing}", "the audit log knows it, the ledger does not"
