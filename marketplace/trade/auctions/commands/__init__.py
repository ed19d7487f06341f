"""Writes of the auction room: each takes a Context and is exactly one transaction."""

from __future__ import annotations

from marketplace.trade.auctions.commands.admission import (
    AcceptTerms,
    RefuseBidder,
    SignUp,
    WatchAuction,
    accept_terms,
    admit_paid,
    refuse_bidder,
    sign_up,
    watch,
)
from marketplace.trade.auctions.commands.bidding import BidAnswer, PlaceBid, place_bid
from marketplace.trade.auctions.commands.case import Answer
from marketplace.trade.auctions.commands.closing import close_due, close_if_due
from marketplace.trade.auctions.commands.falling import TakeLot, TopBid, take_lot, top_bid
from marketplace.trade.auctions.commands.operating import (
    ExtendForOutage,
    PauseAuction,
    ResumeAuction,
    VoidBidder,
    extend_for_outage,
    pause_auction,
    pause_blocked,
    resume_auction,
    void_bidder,
)
from marketplace.trade.auctions.commands.outage import keep_alive
from marketplace.trade.auctions.commands.scheduling import (
    CorrectTerms,
    DraftAuction,
    PublishNotice,
    WithdrawAuction,
    correct_terms,
    draft_auction,
    publish_notice,
    withdraw_auction,
)
from marketplace.trade.auctions.commands.sealing import OpenBid, SealBid, open_bid, seal_bid
from marketplace.trade.auctions.terms import Terms

__all__ = [
    "AcceptTerms",
    "Answer",
    "BidAnswer",
    "CorrectTerms",
    "DraftAuction",
    "ExtendForOutage",
    "OpenBid",
    "PauseAuction",
    "PlaceBid",
    "PublishNotice",
    "RefuseBidder",
    "ResumeAuction",
    "SealBid",
    "SignUp",
    "TakeLot",
    "Terms",
    "TopBid",
    "VoidBidder",
    "WatchAuction",
    "WithdrawAuction",
    "accept_terms",
    "admit_paid",
    "close_due",
    "close_if_due",
    "correct_terms",
    "draft_auction",
    "extend_for_outage",
    "keep_alive",
    "open_bid",
    "pause_auction",
    "pause_blocked",
    "place_bid",
    "publish_notice",
    "refuse_bidder",
    "resume_auction",
    "seal_bid",
    "sign_up",
    "take_lot",
    "top_bid",
    "void_bidder",
    "watch",
    "withdraw_auction",
]
