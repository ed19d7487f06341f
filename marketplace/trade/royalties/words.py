"""The words of this room."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

STATES: Mapping[str, tuple[LazyString, str]] = {
    "planned": (_l("To be declared"), ""),
    "declared": (_l("Payment awaited"), "amber"),
    "nil": (_l("Nothing due"), "jade"),
    "paid": (_l("Paid"), "jade"),
}
BASES: Mapping[str, LazyString] = {
    "price": _l("Price of the products sold"),
    "output": _l("Value of the added output"),
    "profit": _l("Profit with it"),
    "sales": _l("Sales with it"),
}
FAILURES: Mapping[str, LazyString] = {
    "royalties.illegal_move": _l("The statement is in another state now."),
    "royalties.bad_figure": _l("Please enter a figure of zero or more."),
    "royalties.too_early": _l("The period runs until %(day)s; declare it after that."),
    "royalties.not_more": _l("A correction must be larger than what was declared."),
    "royalties.books_not_now": _l("The books are asked for once, after the declaration."),
    "royalties.books_not_asked": _l("Nobody asks for the books now."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "royalty.due": (
        _l("Declare the royalty of %(number)s by %(day)s"),
        _l("%(title)s: enter the figure on the order's page; nothing due is declared, too."),
    ),
    "royalty.declare": (_l("Royalty declared for %(number)s"), _l("%(title)s")),
    "royalty.pay": (_l("Royalty paid for %(number)s"), _l("%(title)s: it is on its way to you.")),
    "royalty.ask_books": (
        _l("The seller asks for the books of %(number)s"),
        _l("%(title)s: upload an extract on the order's page."),
    ),
    "royalty.show_books": (_l("The books of %(number)s are shown"), _l("%(title)s")),
}

messages.register(FAILURES)
texts.register(NOTICES)
