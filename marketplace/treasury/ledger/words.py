"""The words of the ledger's accounts and of what it refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.web import messages

messages.register(
    {
        "ledger.not_covered": _l("The money is not there any more."),
        "ledger.period_closed": _l("The accounting of %(day)s is closed."),
        "ledger.month_runs": _l("This month is not over yet."),
        "ledger.key_reused": _l("This has been booked already, with another amount."),
        "ledger.reversed_already": _l("This entry has been reversed already."),
    }
)

ACTION_WORDS = {
    "arrived": _l("Arrived, not yet identified"),
    "receipt": _l("Credited"),
    "refund": _l("To be given back"),
    "payment": _l("Carried out by the bank"),
    "release": _l("Released to the seller"),
    "apply": _l("Counted to the price"),
    "forfeit": _l("Deposit forfeited"),
    "forfeited_use": _l("Paid from a forfeited deposit"),
    "fee": _l("Charge of the bank"),
    "given_back": _l("Not asked for, to be given back"),
    "captured": _l("Taken from the card"),
    "moved": _l("Paid out by the provider"),
    "reversal": _l("Reversed"),
}
THING_WORDS = {
    "order": _l("order no."),
    "order_stage": _l("order no."),
    "order_royalty": _l("order no."),
    "voucher": _l("voucher no."),
    "attempt": _l("online payment no."),
    "deposit": _l("deposit no."),
    "bank_line": _l("bank line no."),
}
KIND_WORDS = {
    "clearing": _l("Held by the bank and the card provider"),
    "voucher": _l("Innovation vouchers receivable"),
    "unidentified": _l("Money not yet identified"),
    "deposit": _l("Bidding deposits"),
    "escrow": _l("Order money under supervision"),
    "payable": _l("Payable to sellers"),
    "refund": _l("To be given back"),
    "commission": _l("Commission of the market"),
    "forfeited": _l("Forfeited deposits"),
    "provider_fee": _l("Charges of the bank and the provider"),
}
