"""Reads of the auction room: SQL in, frozen values out; no writes, no secrets."""

from __future__ import annotations

from marketplace.trade.auctions.queries.board import (
    AuctionCard,
    board,
    cards,
    counts,
    figures,
    for_listing,
    hall,
)
from marketplace.trade.auctions.queries.feed import Frame, events_after, frame_of
from marketplace.trade.auctions.queries.mine import MyBid, MyState, my_bids, my_state
from marketplace.trade.auctions.queries.proof import ReceiptLine, export, receipt, verdict
from marketplace.trade.auctions.queries.room import (
    Applicant,
    LadderRow,
    NoticeLine,
    Room,
    abnormal_above,
    applicants,
    notices,
    room,
)
from marketplace.trade.auctions.queries.sealing import Sealing, sealing

__all__ = [
    "Applicant",
    "AuctionCard",
    "Frame",
    "LadderRow",
    "MyBid",
    "MyState",
    "NoticeLine",
    "ReceiptLine",
    "Room",
    "Sealing",
    "abnormal_above",
    "applicants",
    "board",
    "cards",
    "counts",
    "events_after",
    "export",
    "figures",
    "for_listing",
    "frame_of",
    "hall",
    "my_bids",
    "my_state",
    "notices",
    "receipt",
    "room",
    "sealing",
    "verdict",
]
