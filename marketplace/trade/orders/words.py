"""The words of this room: states, turns, history, failures and notices, chosen by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

STATES: Mapping[str, LazyString] = {
    "agreed": _l("Agreed"),
    "publicity": _l("In public notice"),
    "contract_signed": _l("Contract signed"),
    "completed": _l("Completed"),
    "disputed": _l("In dispute"),
    "defaulted": _l("Buyer in default"),
    "refunded": _l("Refunded"),
    "cancelled": _l("Cancelled"),
}
TONES: Mapping[str, str] = {
    "agreed": "ink", "publicity": "amber", "contract_signed": "ink", "completed": "jade",
    "disputed": "seal", "defaulted": "seal", "refunded": "", "cancelled": "",
}  # fmt: skip
STAGE_STATES: Mapping[str, LazyString] = {
    "planned": _l("Not yet called"),
    "due": _l("Payment awaited"),
    "funded": _l("Paid into escrow, delivery awaited"),
    "delivered": _l("Delivered, acceptance awaited"),
    "accepted": _l("Accepted"),
    "released": _l("Paid out to the seller"),
    "refunded": _l("Returned to the buyer"),
    "dropped": _l("No longer due"),
}
TURNS: Mapping[str, tuple[LazyString, LazyString]] = {
    "start_publicity": (
        _l("Begin the public notice"),
        _l("A state-founded seller at a negotiated price shows the deal in public first."),
    ),
    "publicity_runs": (
        _l("The public notice runs"),
        _l("Nobody signs before it ends without an open objection."),
    ),
    "sign": (
        _l("Agree on the contract and sign it"),
        _l("Both sides sign the same file; then the first payment is called."),
    ),
    "pay": (
        _l("Pay into escrow"),
        _l("Transfer to the supervised account; write the code into the remark."),
    ),
    "deliver": (
        _l("Deliver what this stage asks for"),
        _l("Upload it and say what it is; the buyer then has his term to accept."),
    ),
    "accept": (
        _l("Accept what was delivered"),
        _l("What is not answered in time counts as accepted and is paid out."),
    ),
    "show_certificate": (
        _l("Show the register's notice"),
        _l("The assignment takes effect on registration; only then is this stage paid out."),
    ),
    "voucher_settles": (
        _l("The issuer of the voucher pays"),
        _l("What a voucher covers is paid out once its issuer has paid it in."),
    ),
    "decide_dispute": (
        _l("The market decides the dispute"),
        _l("Money in escrow does not move meanwhile."),
    ),
}
WHOSE: Mapping[str, LazyString] = {
    "buyer": _l("the buyer"),
    "seller": _l("the seller"),
    "both": _l("both sides"),
    "market": _l("the market"),
}
HISTORY: Mapping[str, LazyString] = {
    "open": _l("Price and terms agreed"),
    "publish": _l("Public notice begun"),
    "clear": _l("Public notice ended without open objection"),
    "sign": _l("Contract signed by both sides"),
    "signed_buyer": _l("Contract signed by the buyer"),
    "signed_seller": _l("Contract signed by the seller"),
    "signature_void": _l("The contract was changed: the one signature does not count any more"),
    "overdue": _l("The term to sign is over"),
    "deposit_applied": _l("Deposit counted to the price"),
    "call": _l("Payment called"),
    "fund": _l("Money arrived in escrow"),
    "deliver": _l("Delivered"),
    "accept": _l("Accepted"),
    "reject": _l("Sent back to the seller"),
    "certificate": _l("Register's notice shown"),
    "release": _l("Paid out to the seller"),
    "refund": _l("Returned to the buyer"),
    "drop": _l("Stage no longer due"),
    "finish": _l("Deal completed"),
    "dispute": _l("Dispute raised"),
    "decision": _l("Decision of the market"),
    "decision_dropped": _l("Decision taken back"),
    "resume_agreed": _l("Dispute ended, the order goes on"),
    "resume_signed": _l("Dispute ended, the order goes on"),
    "default": _l("Buyer in default"),
    "cancel_asked": _l("End of the deal proposed"),
    "cancel_dropped": _l("Proposal to end the deal declined or withdrawn"),
    "cancel": _l("Ended by agreement"),
    "name_hidden": _l("A side asked to be kept secret in public"),
    "name_shown": _l("A side is named in public again"),
    "pledge_account": _l("Account of the pledgee recorded"),
    "urged": _l("Reminded in form to perform"),
    "rescinded": _l("Contract rescinded after the reminder"),
    "message": _l("Message"),
    "file_delivery": _l("File uploaded"),
    "file_certificate": _l("Register's notice uploaded"),
    "file_evidence": _l("Evidence uploaded"),
}
FAILURES: Mapping[str, LazyString] = {
    "orders.illegal_move": _l("The order is in another state now; this cannot be done."),
    "orders.illegal_stage_move": _l("This stage is in another state now."),
    "orders.changed": _l("The order changed meanwhile. Please look at it again."),
    "orders.one_party": _l("Seller and buyer are the same organisation."),
    "orders.manager_needed": _l("Owners and managers of a verified organisation act here."),
    "orders.other_side": _l("This is for the other side to do."),
    "orders.publicity_owed": _l("The public notice must end before the contract is signed."),
    "orders.delivery_needs_file": _l("Please upload what you deliver first."),
    "orders.certificate_needs_file": _l("Please upload the notice of the office first."),
    "orders.certificate_incomplete": _l("Number and date of the notice are needed."),
    "orders.certificate_other_owner": _l("The notice must name the buyer: %(buyer)s."),
    "orders.no_certificate_asked": _l("No notice of the register is asked for now."),
    "orders.nothing_asked": _l("Nobody has asked to end this deal."),
    "orders.pledge_account": _l("An account of 8 to 30 digits and its bank are needed."),
    "orders.nobody_late": _l("Nobody is late now."),
    "orders.own_delay": _l("This is for the side that waits."),
    "orders.urged_already": _l("The other side was reminded of this already."),
    "orders.not_rescindable": _l("The days after the reminder are not over yet."),
    "orders.over": _l("The order is over."),
    "orders.too_many_files": _l("An order holds %(most)s files at most."),
    "orders.too_long": _l("The text is too long."),
    "orders.more_than_held": _l("Escrow does not hold that much."),
    "orders.voucher_outstanding": _l(
        "A voucher is not paid by its issuer yet: the seller can get %(most)s at most now."
    ),
    "orders.bad_period": _l("Please choose a period of a year at most."),
    "orders.decision_waits": _l("A decision waits for a second person already."),
    "orders.paid_out": _l("A part of the price was paid out: the sale cannot be undone here."),
    "orders.second_person": _l("A second person must confirm this decision."),
    "orders.terms_unsound": _l("The terms are not complete. See the fields marked."),
    "orders.mode_not_offered": _l("The listing is not offered in this way."),
    "orders.licence_kind_unknown": _l("Please choose the kind of licence."),
    "orders.price_wrong": _l("Please enter a price above zero."),
    "orders.stages_unasked": _l("Stages belong to a price in stages."),
    "orders.stages_count": _l("Two to eight stages, please."),
    "orders.stage_share": _l("Every stage needs a share above zero."),
    "orders.stages_not_whole": _l("The shares of the stages must add up to 100 %%."),
    "orders.stage_empty": _l("Every stage needs a name and what is delivered."),
    "orders.last_stage_needs_certificate": _l(
        "The last stage of an assignment is paid after the registration."
    ),
    "orders.royalty_unasked": _l("A royalty belongs to an entry fee with royalty."),
    "orders.royalty_incomplete": _l("Rate and the right to see the books are needed."),
    "orders.royalty_years": _l("The years of the royalty must begin with 1 and rise."),
    "orders.royalty_rate": _l("A royalty rate lies between 0 and 100 %%."),
    "orders.royalty_statements": _l("Sales are declared every 1, 3, 6 or 12 months."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "order.opened": (_l("Deal agreed: %(title)s"), _l("Order %(number)s: the next step is yours.")),
    "order.overdue": (
        _l("%(number)s: the term to sign is over"),
        _l(
            "%(title)s: unless both sides sign by %(by)s, the deal falls and who did not sign"
            " answers for it."
        ),
    ),
    "order.due": (
        _l("%(number)s: a term ends on %(by)s"),
        _l("%(title)s: please act before it ends."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
texts.register(
    {
        f"order.{action}": (what, _l("Order %(number)s: %(title)s"))
        for action, what in HISTORY.items()
    }
)
