"""What can go wrong with the engine itself; a refused bid is an event, never an error."""

from __future__ import annotations


class AuctionError(Exception):
    """Any error of the engine."""


class InvalidTerms(AuctionError):
    """The terms of a lot contradict themselves; nothing was scheduled."""


class UnknownFormat(AuctionError):
    """No rules are registered for this auction format."""


class UnknownLot(AuctionError):
    """The store holds no lot with this id."""


class NotInTransaction(AuctionError):
    """The store was called outside an open transaction, where its lock would hold nothing."""


class ConcurrentWrite(AuctionError):
    """The row moved although it was locked: somebody writes past the store."""


class ChainBroken(AuctionError):
    """An entry of the log does not follow from the one before it."""

    def __init__(self, seq: int, fault: str) -> None:
        super().__init__(f"entry {seq}: {fault}")
        self.seq = seq
        self.fault = fault


class RowDiffers(AuctionError):
    """The cached row of a lot is not what its log says."""

    def __init__(self, lot_id: int, fields: tuple[str, ...]) -> None:
        super().__init__(f"lot {lot_id}: row and log differ in {', '.join(fields)}")
        self.lot_id = lot_id
        self.fields = fields
