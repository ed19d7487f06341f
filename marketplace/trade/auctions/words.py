"""The words of this room: failures, findings, states and notices, chosen by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.trade.auctions import format_words
from marketplace.trade.auctions.format_words import ACTS, FORMATS, OPENING_REASONS, STAGES, VERDICTS
from marketplace.web import messages

__all__ = [
    "ACTS",
    "BARS",
    "FAILURES",
    "FINDINGS",
    "FORMATS",
    "MODES",
    "NOTICES",
    "NOTICE_KINDS",
    "OPENING_REASONS",
    "PAPER_KINDS",
    "REASONS",
    "STAGES",
    "STATES",
    "VERDICTS",
    "reason_of",
]

STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "upcoming": _l("Announced"),
    "live": _l("Bidding"),
    "closing": _l("Closing"),
    "paused": _l("Paused"),
    "sold": _l("Sold"),
    "unsold": _l("Not sold"),
    "fallen": _l("Sale not carried out"),
    "withdrawn": _l("Withdrawn"),
}
MODES: Mapping[str, LazyString] = {
    "listed_bidding": _l("Listed bidding"),
    "licensed_auction": _l("Licensed auction"),
}
CALLS: Mapping[int, LazyString] = {
    0: _l("Bidding"),
    1: _l("Going once"),
    2: _l("Going twice"),
}
"""What the hall has said at the present price."""
PAPER_KINDS: Mapping[str, LazyString] = {
    "auction_notice": _l("Public notice of a lot"),
    "deal_confirmation": _l("Deal confirmation"),
    "auction_record": _l("Record of a lot"),
    "auction_minutes": _l("Opening minutes"),
    "default_claim": _l("Computation after a default"),
}

NOTICE_KINDS: Mapping[str, LazyString] = {
    "notice": _l("Notice published"),
    "correction": _l("Notice corrected"),
    "pause": _l("Paused"),
    "resumption": _l("Resumed"),
    "withdrawal": _l("Withdrawn"),
    "extension": _l("Extended after an outage"),
    "voiding": _l("A bidder was voided"),
    "default": _l("The buyer defaulted"),
    "fallen": _l("The sale is not carried out"),
    "annulment": _l("The sale was annulled"),
    "collusion_review": _l("A sign that bidders act together was looked into"),
}
BARS: Mapping[str, LazyString] = {
    "staff": _l("Staff of the market may not bid."),
    "no_organisation": _l("Bidding is for organisations: choose or found yours first."),
    "not_verified": _l("Your organisation must be verified first."),
    "own_organisation": _l("The seller may not bid for its own lot."),
    "colleague_of_seller": _l("Members of the seller's organisation may not bid."),
    "same_credit_code": _l("Your organisation has the seller's credit code."),
    "same_controller": _l("Your organisation and the seller have the same controller."),
    "same_person": _l("Your identity is that of somebody who may not bid."),
    "relative": _l("Close relatives of the seller's people or of staff may not bid."),
    "auction_company": _l("The auction company may not bid."),
    "defaulted": _l("Who did not pay for this lot may not take part in its sale again."),
    "hall_only": _l("This lot is sold in the hall only: bids are called there."),
    "read_only": _l("Your role in the organisation does not allow bidding."),
    "over_limit": _l("The amount is above your limit in this organisation."),
    "paused": _l("The lot is paused at the moment."),
    "refused": _l("The auctioneer has refused your application."),
    "voided": _l("Your bids were voided; you take no further part."),
    "terms_changed": _l("The notice was corrected: please read and accept it again first."),
    "deposit_missing": _l("Your deposit has not arrived yet."),
    "no_medium_proof": _l("The proof of publication in a news medium is missing."),
}
REASONS: Mapping[str, LazyString] = format_words.REASONS | {
    "key_reused": _l("This bid was sent before with another amount. Please bid again."),
    "not_open": _l("Bidding has not begun yet."),
    "ended": _l("The lot has ended."),
    "not_eligible": _l("You may not bid on this lot."),
    "bad_amount": _l("Please enter an amount above zero."),
    "not_above_own_max": _l("Your new maximum must be above your present one."),
    "below_minimum": _l("The lowest bid now is %(minimum)s."),
    "stale_view": _l("The price has moved since: look at the new one and call again."),
    "paused": _l("The lot is paused: no bids are taken until it goes on."),
    "not_paused": _l("The lot is not paused."),
    "not_warned": _l("Two fair warnings at the present price come first."),
    "already_warned": _l("Both fair warnings at this price have been given."),
    "no_leader": _l("Nobody has bid yet: there is nobody to sell to."),
    "below_reserve": _l("The reserve price has not been reached: nothing is sold below it."),
    "must_sell": _l("There is a valid highest bid: the lot cannot be passed."),
    "cannot_retract": _l("Only the last bid of the floor can be undone; one made online binds."),
    "not_in_hall": _l("This lot is not sold in the hall."),
    "other_format": _l("Lots of this kind know no such step."),
    "not_confirmed": _l("This is far above the usual price: please confirm that you mean it."),
}
FINDINGS: Mapping[str, LazyString] = format_words.FINDINGS | {
    "auction_company_missing": _l("A licensed auction needs the company and its licence."),
    "auctioneer_missing": _l("A licensed auction needs an auctioneer with a certificate."),
    "licence_expires_before": _l("The licence expires on %(expires)s, before the auction."),
    "auctioneer_owns_lot": _l("The auction company may not sell its own things."),
    "auctioneer_parent_owns_lot": _l("The seller is the parent of the auction company."),
    "consignment_item_empty": _l("The consignment contract lacks an item: %(item)s."),
    "consignment_not_signed": _l("The consignment contract is not signed by both sides."),
    "notice_too_short": _l("The notice must stand %(hours)s hours before the opening."),
    "notice_dates_few": _l("Only %(dates)s dates lie before the opening; %(advised)s are advised."),
    "notice_part_missing": _l("The notice lacks a part: %(part)s."),
    "medium_proof_pending": _l(
        "The proof of the news medium is missing: without it the lot does not open."
    ),
    "display_too_short": _l("The documents must be open for %(hours)s hours before the opening."),
    "ends_before_opening": _l("The end lies before the opening."),
    "run_too_short": _l("Bidding must run at least %(hours)s hours."),
    "first_refusal_not_told": _l("%(holder)s has a right of first refusal and was not told."),
    "first_refusal_too_late": _l("%(holder)s was told less than three days before the notice."),
    "deposit_out_of_range": _l("The deposit is outside the legal share of the start price."),
    "start_not_positive": _l("The start price must be above zero."),
    "start_below_valuation": _l("The start price is below %(percent)s %% of the valuation."),
    "reserve_not_declared": _l("The notice must say whether there is a reserve price."),
    "reserve_below_start": _l("The reserve price is below the start price."),
    "valuation_or_reason_missing": _l(
        "A state-founded seller needs a valuation, or the reason for none."
    ),
    "commission_above_cap": _l("The commission is above 5 percent: it must be agreed in writing."),
    "second_start_cut_too_deep": _l(
        "The start price is more than a fifth below that of the round before."
    ),
    "second_round_late": _l("A second round opens by %(last)s, 30 days after the first."),
    "second_notice_short": _l(
        "Only %(dates)s dates lie before the second round; %(advised)s are advised."
    ),
    "defects_missing": _l("Defects and encumbrances must be stated."),
    "status_stale": _l("The legal status was checked %(days)s days ago: check it again."),
    "co_owner_consent_missing": _l("The consent of the co-owner %(owner)s is missing."),
    "overlay_forbids": _l("A burden on the right forbids the sale: %(overlay)s."),
    "overlay_warns": _l("There is a burden on the right: %(overlay)s."),
    "running_licence_survives": _l("Running licences survive the sale: %(overlay)s."),
    "state_forbids": _l("The state of the right forbids the sale: %(state)s."),
    "state_warns": _l("The state of the right needs attention: %(state)s."),
}
FAILURES: Mapping[str, LazyString] = {
    "auctions.blocked": _l("The notice cannot go out yet. What is missing is listed below."),
    "auctions.move_refused": _l("The lot is in another state now; this cannot be done."),
    "auctions.sale_move_refused": _l("The result of this lot does not allow that."),
    "auctions.next_round_drafted": _l("The next round of this lot is drafted already."),
    "auctions.signup_move_refused": _l("This application is in another state now."),
    "auctions.not_signed_up": _l("Sign up for this lot before you bid."),
    "auctions.key_needed": _l("The bid form was incomplete. Please load the page again."),
    "auctions.ticks_needed": _l("Both declarations are needed."),
    "auctions.terms_changed": _l("The notice was corrected meanwhile. Please read it again."),
    "auctions.draft_changed": _l("The terms were changed meanwhile. Please check them again."),
    "auctions.hall_only": _l("This lot is sold in the hall only: sign up at its check-in desk."),
    "auctions.over": _l("The lot is over."),
    "auctions.signed_up_already": _l("Your organisation has signed up for this lot already."),
    "auctions.no_paddle_left": _l("There is no paddle left for this lot."),
    "auctions.paddle_taken": _l("Paddle %(paddle)s is given out already."),
    "auctions.paddle_unknown": _l("Paddle %(paddle)s was not given out for this lot."),
    "auctions.not_in_hall": _l("This lot is not sold in the hall."),
    "auctions.lot_paused": _l("The lot is paused: resume it first."),
    "auctions.has_bid_already": _l("This bidder has bid already; void the bidder instead."),
    "auctions.opened_already": _l("Bidding has begun: this is no longer possible."),
    "auctions.deposit_is_fixed": _l("The deposit of an announced lot cannot change."),
    "auctions.paused_too_long": _l("A pause ends within %(days)s days; withdraw the lot instead."),
    "auctions.right_blocked": _l(
        "The register stops the sale of this right: record a fresh status proof first."
    ),
    "auctions.outage_times": _l("The outage must lie in the past, its begin before its end."),
    "auctions.outage_not_counted": _l(
        "This outage does not count: too short, or not near the end of the lot."
    ),
    "auctions.promise_needed": _l("Please tick that you make this promise."),
    "auctions.promise_changed": _l("The promise has a new text. Please read it again."),
    "auctions.data_room_closed": _l("The data room is not open to you."),
    "auctions.outcome_needed": _l("Please say what came of it."),
    "auctions.sign_gone": _l("This sign is not there any more, or it was decided already."),
    "auctions.cannot_void": _l("This bidder has no bid that could be voided now."),
    "auctions.no_seller": _l("The listing has no seller on this market."),
    "auctions.own_lot": _l("You may not announce a lot of your own organisation."),
    "auctions.mode_unknown": _l("Please choose the way of selling."),
    "auctions.amount_needed": _l("Start price and deposit must be above zero."),
    "auctions.streams_full": _l("Too many watchers right now; the page asks again by itself."),
    "auctions.terms_contradict": _l("The terms contradict themselves: %(why)s."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "auction.outbid": (
        _l("You were outbid on %(title)s"),
        _l("The price is %(price)s now. Bid %(minimum)s or more to lead again."),
    ),
    "auction.admitted": (
        _l("You may bid on %(title)s"),
        _l("Your deposit has arrived. Your paddle for this lot is %(paddle)s."),
    ),
    "auction.deposit_lost": (
        _l("Your deposit is no longer held: %(title)s"),
        _l(
            "The bank that issued the card has let the amount go. You cannot bid on %(number)s any"
            " more; please speak to the market."
        ),
    ),
    "auction.refused": (_l("Application refused: %(title)s"), _l("Reason: %(why)s")),
    "auction.voided": (_l("Your bids were voided: %(title)s"), _l("Reason: %(why)s")),
    "auction.abnormal": (
        _l("Unusually high bid on %(title)s"),
        _l("Bidder %(paddle)s named an amount far above every expectation."),
    ),
    "auction.corrected": (
        _l("The notice was corrected: %(title)s"),
        _l("Please read it again; you can bid once you have accepted it."),
    ),
    "auction.announced": (
        _l("Your lot is announced: %(title)s"),
        _l("The notice %(number)s is public. The terms are fixed from now on."),
    ),
    "auction.withdrawn": (
        _l("Withdrawn: %(title)s"),
        _l("The lot %(number)s was withdrawn. Deposits go back."),
    ),
    "auction.paused": (
        _l("Paused: %(title)s"),
        _l("Bidding on %(number)s is paused; the reason is on its page."),
    ),
    "auction.resumed": (_l("Resumed: %(title)s"), _l("Bidding on %(number)s goes on.")),
    "auction.won": (
        _l("You won %(title)s"),
        _l("The price is %(price)s. The deal confirmation is being made; please sign it in time."),
    ),
    "auction.lost_sold": (
        _l("Sold to another bidder: %(title)s"),
        _l("It was sold at %(price)s. Your deposit goes back within 24 hours."),
    ),
    "auction.lost_unsold": (
        _l("Not sold: %(title)s"),
        _l("The lot %(number)s was not sold. Your deposit goes back within 24 hours."),
    ),
    "auction.seller_sold": (
        _l("Your lot is sold: %(title)s"),
        _l("It was sold at %(price)s. The deal confirmation is being made."),
    ),
    "auction.seller_unsold": (
        _l("Your lot was not sold: %(title)s"),
        _l("The lot %(number)s ended without a sale. The listing is on sale again."),
    ),
    "auction.over_sold": (_l("Sold: %(title)s"), _l("It was sold at %(price)s.")),
    "auction.over_unsold": (_l("Not sold: %(title)s"), _l("The lot %(number)s was not sold.")),
    "auction.deposit_due": (
        _l("A deposit is due back within hours"),
        _l("The lot %(number)s is over and a deposit has not gone back yet."),
    ),
}


def reason_of(answer: str) -> str:
    """A refusal reason for a receipt, where the present minimum means nothing."""
    if answer == "below_minimum":
        return str(_l("below the lowest bid of that moment"))
    return str(REASONS.get(answer, answer))


messages.register(FAILURES)
messages.register({f"auctions.barred.{code}": text for code, text in BARS.items()})
messages.register({f"auctions.bid.{code}": text for code, text in REASONS.items()})
messages.register({f"auctions.finding.{code}": text for code, text in FINDINGS.items()})
texts.register(NOTICES)
