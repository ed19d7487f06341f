"""The pages under /treasury: one nested blueprint per room."""

from __future__ import annotations

from flask import Blueprint

from marketplace.treasury.deposits.views import bp as deposits
from marketplace.treasury.escrow.views import bp as escrow
from marketplace.treasury.ledger.views import bp as ledger
from marketplace.treasury.payments.views import bp as payments
from marketplace.treasury.vouchers.views import bp as vouchers

bp = Blueprint("treasury", __name__, url_prefix="/treasury")
for _room in (deposits, payments, ledger, escrow, vouchers):
    bp.register_blueprint(_room)
