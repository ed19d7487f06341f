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
from marketplace.trade.auctions.commands.closing import close_due, close_if_due
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
from marketplace.trade.auctions.terms import Terms

__all__ = [
    "AcceptTerms",
    "BidAnswer",
    "CorrectTerms",
    "DraftAuction",
    "ExtendForOutage",
    "PauseAuction",
    "PlaceBid",
    "PublishNotice",
    "RefuseBidder",
    "ResumeAuction",
    "SignUp",
    "Terms",
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
    "pause_auction",
    "pause_blocked",
    "place_bid",
    "publish_notice",
    "refuse_bidder",
    "resume_auction",
    "sign_up",
    "void_bidder",
    "watch",
    "withdraw_auction",
]
