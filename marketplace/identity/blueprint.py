"""The pages of identity."""

from __future__ import annotations

from marketplace.identity.organisations.member_views import bp as members
from marketplace.identity.organisations.views import bp as organisations
from marketplace.identity.people.views import bp
from marketplace.identity.tokens.views import bp as tokens

bp.register_blueprint(organisations)
bp.register_blueprint(members)
bp.register_blueprint(tokens)

__all__ = ["bp"]
