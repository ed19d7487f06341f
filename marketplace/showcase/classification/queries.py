"""Is a symbol in the scheme, and what is it called?"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.showcase.classification.models import IpcSymbol
from rules.ipc_names import name_of


def is_loaded(db: Session) -> bool:
    """True once an edition has been loaded; before that only the syntax is checked."""
    return db.scalar(select(IpcSymbol.symbol).limit(1)) is not None


def unknown(db: Session, symbols: Iterable[str]) -> tuple[str, ...]:
    """The symbols (canonical form) that the loaded edition does not have; none before loading."""
    asked = sorted(set(symbols))
    if not asked or not is_loaded(db):
        return ()
    known = set(db.scalars(select(IpcSymbol.symbol).where(IpcSymbol.symbol.in_(asked))))
    return tuple(one for one in asked if one not in known)


def titles(db: Session, symbols: Iterable[str], language: str) -> dict[str, str]:
    """Titles of symbols in ``zh`` or ``en``: of the loaded edition, else our own short names."""
    asked = sorted(set(symbols))
    column = IpcSymbol.title_zh if language == "zh" else IpcSymbol.title_en
    rows = db.execute(select(IpcSymbol.symbol, column).where(IpcSymbol.symbol.in_(asked)))
    found = {symbol: title for symbol, title in rows if title}
    own = {one: name_of(one, "zh" if language == "zh" else "en") for one in asked}
    return {one: title for one in asked if (title := found.get(one) or own[one])}
