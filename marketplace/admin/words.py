"""The words of the thresholds, their units, and of the states that the dashboard counts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.notify import texts

texts.register(
    {
        "treasury.books_differ": (
            _l("Bank and books do not agree"),
            _l(
                "Closing day %(day)s: a difference of %(difference)s;"
                " %(waiting)s bank lines wait for more than two days."
            ),
        ),
    }
)
OPTION_WORDS = {
    "auction_notice_hours": _l("Notice before an auction (拍卖)"),
    "tender_notice_hours": _l("Notice before a listed bidding (挂牌竞价)"),
    "auction_display_hours": _l("Display before an auction (拍卖)"),
    "tender_display_hours": _l("Display before a listed bidding (挂牌竞价)"),
    "tender_run_hours": _l("Least running time of a listed bidding"),
    "deposit_low_percent": _l("Deposit, at least, of the start price"),
    "deposit_high_percent": _l("Deposit, at most, of the start price"),
    "soft_close_seconds": _l("A bid in the last … extends by as much"),
    "sealed_reveal_hours": _l("Usual time to open sealed bids"),
    "dutch_interval_minutes": _l("A falling price usually falls every"),
    "dutch_sealing_minutes": _l("Usual time to go above who took a lot"),
    "dutch_reveal_minutes": _l("Usual time to open what went above"),
    "dutch_topping_minutes": _l("Usual time for the taker to answer"),
    "confirmation_working_days": _l("Time to sign the deal confirmation"),
    "deposit_return_hours": _l("Losers' deposits go back within"),
    "commission_percent_hundredths": _l("Commission of each side"),
    "four_eyes_minor": _l("Two treasurers are needed above"),
    "listing_days": _l("A listing expires after"),
    "status_fresh_days": _l("A proof of legal status is fresh for"),
    "verification_months": _l("Organisations are verified again after"),
    "verification_grace_days": _l("Selling pauses when that is overdue by more than"),
    "abnormal_price_multiple": _l("A bid asks for confirmation above, times the start price"),
    "ending_soon_seconds": _l("Who follows a lot is told that it ends within"),
    "hall_heartbeat_seconds": _l("A hall lot pauses when its console is silent for"),
    "auction_records_years": _l("Auction records are kept for"),
    "publicity_days": _l("A state-founded seller's negotiated deal stands in public"),
    "order_sign_days": _l("A contract is signed within"),
    "order_default_grace_days": _l("Then the parties have this long before the deal falls"),
    "stage_payment_days": _l("A called payment is made within"),
    "second_offer_days": _l("After a default the second bidder may accept within"),
    "talk_days": _l("Talks below the reserve need both sides' consent within"),
    "rescission_days": _l("A side reminded in form has this long before the other may rescind"),
    "royalty_statement_days": _l("A royalty is declared after the end of its period within"),
    "acceptance_days": _l("What is delivered and not answered counts as accepted after"),
    "invoice_tax_hundredths": _l("Tax rate inside the market's commission"),
}
UNIT_WORDS = {
    "hours": _l("hours"),
    "percent": _l("percent"),
    "seconds": _l("seconds"),
    "minutes": _l("minutes"),
    "working_days": _l("working days"),
    "hundredths_of_percent": _l("hundredths of a percent"),
    "days": _l("days"),
    "months": _l("months"),
    "times": _l("times"),
    "years": _l("years"),
    "fen": _l("fen"),
}
STATE_WORDS = {
    "draft": _l("Draft"),
    "submitted": _l("In review"),
    "returned": _l("Returned"),
    "published": _l("Published"),
    "reserved": _l("Reserved"),
    "sold": _l("Sold"),
    "withdrawn": _l("Withdrawn"),
    "suspended": _l("Suspended"),
    "expired": _l("Expired"),
    "closed": _l("Closed"),
    "live": _l("Bidding"),
    "upcoming": _l("Announced"),
    "ended": _l("Ended"),
    "none": _l("Not verified"),
    "verified": _l("Verified"),
}
