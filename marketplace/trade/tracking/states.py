"""What is asked for after a deal."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A filing that the law asks for, or a question about what became of the technology."""

    LICENCE_FILING = "licence_filing"
    FOLLOW_UP = "follow_up"
