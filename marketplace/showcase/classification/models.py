"""Rows: one symbol of the scheme with its Chinese and English title."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base


class IpcSymbol(Base):
    """A section, class, subclass or group (``F16C 19/06``) of the loaded edition."""

    __tablename__ = "showcase_ipc"

    symbol: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
