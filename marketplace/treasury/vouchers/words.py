"""The words of vouchers: states and refusals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.web import messages

STATES = {
    "claimed": _l("waits for the treasurer"),
    "confirmed": _l("counts; its issuer pays"),
    "settled": _l("paid by its issuer"),
    "returned": _l("given back to its issuer"),
    "refused": _l("refused"),
    "withdrawn": _l("taken back"),
}
TONES = {"claimed": "amber", "confirmed": "ink", "settled": "jade", "refused": "seal"}
messages.register(
    {
        "vouchers.incomplete": _l("Issuer, number and use of the voucher are needed."),
        "vouchers.expired": _l("The voucher is not valid any more."),
        "vouchers.used": _l("This voucher is used already."),
        "vouchers.nothing_asked": _l("Nothing is asked for under this code now."),
        "vouchers.more_than_asked": _l(
            "The voucher counts for more than is still asked for; enter the part that counts."
        ),
        "vouchers.own_claim": _l("Whoever claimed a voucher may not confirm it."),
        "vouchers.move_refused": _l("This voucher is in another state now."),
    }
)
