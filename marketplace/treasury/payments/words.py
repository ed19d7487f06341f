"""The words of refusals and of dirty cells."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.web import messages

messages.register(
    {
        "treasury.amount_differs": _l("The amount differs from the one asked for."),
        "treasury.reference_needed": _l("Please enter the bank's number and the account name."),
        "treasury.reference_used": _l("This bank number is recorded already: %(reference)s."),
        "treasury.own_deposit": _l("You may not handle money of your own organisation."),
        "payments.move_refused": _l("This has already been dealt with."),
        "payments.asked_otherwise": _l("Another amount is already asked for."),
        "payments.bad_amount": _l("The amount must be more than nothing."),
        "payments.bad_account": _l(
            "An account number of 8 to 34 digits is needed: money goes back nowhere else."
        ),
        "payments.bad_day": _l("Please enter a day that is not in the future."),
        "payments.other_payer": _l(
            "The payer is not the party itself. Such money is not credited; send it back."
        ),
        "payments.late": _l("Nothing is asked for any more under this code; send the money back."),
        "payments.paid_already": _l("This is paid already; send the money back."),
        "payments.other_provider": _l("This instruction does not go through the bank."),
        "payments.cannot_return": _l("This line cannot be sent back: its account is not known."),
        "payments.cannot_be_fee": _l("Only money that left can be a charge of the bank."),
        "payments.bank_says_so": _l("This line stands in the bank's own file; it stays."),
        "payments.payee_unknown": _l("The payee has not given a bank account yet."),
        "payments.own_instruction": _l("Whoever made an instruction may not approve it."),
        "payments.nothing_to_send": _l("There is nothing that you may send now."),
        "payments.more_than_received": _l("More than was received cannot go back."),
        "payments.bad_period": _l("Please choose a period that is over."),
        "payments.period_too_long": _l("A statement covers one year at most."),
        "payments.cannot_be_moved": _l("Only money that came in can be a payout of the provider."),
        "payments.with_provider": _l(
            "The payment provider is carrying this out; a second one would pay twice."
        ),
        "payments.not_captured": _l(
            "The deposit is being collected from the card. Please try again in a few minutes."
        ),
        "payments.nothing_to_pay": _l("Nothing is to be paid under this code any more."),
        "payments.provider_silent": _l(
            "The payment provider does not answer. Nothing was charged; please try again shortly,"
            " or pay by bank transfer."
        ),
        "payments.provider_refused": _l(
            "The payment provider refused this payment. Please pay by bank transfer."
        ),
        "payments.empty_file": _l("The file has no rows."),
    }
)

REASON_WORDS = {
    "missing": _l("is missing"),
    "twice": _l("stands twice in this file"),
    "in_the_future": _l("lies in the future"),
    "not_a_date": _l("is no date"),
    "more_than_one_date": _l("holds more than one date"),
    "both_sides": _l("stands on both sides"),
    "negative": _l("is negative"),
    "zero": _l("is zero"),
    "unknown_direction": _l("does not say whether money came or left"),
    "not_an_amount": _l("is no amount of money"),
    "bad_grouping": _l("is no amount of money"),
    "too_precise": _l("has more than two decimals"),
    "range": _l("is a range"),
    "largest_minor": _l("is too large"),
    "too_large": _l("is too large"),
    "not_an_account": _l("is no account number"),
    "too_long": _l("is too long"),
    "too_many_cells": _l("has more cells than the head"),
    "not_csv": _l("is no row of a table"),
}
PURPOSE_WORDS = {
    "deposit": _l("Bidding deposit"),
    "order_stage": _l("Payment for an order"),
    "order_royalty": _l("Royalty of an order"),
}
