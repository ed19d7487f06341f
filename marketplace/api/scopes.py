"""What a token may do (T22)."""

from __future__ import annotations

from marketplace.kernel.errors import Forbidden, SignInNeeded
from marketplace.web.context import current_actor


def require(scope: str) -> None:
    """Raise unless the request shows a token with this scope.

    A browser's session opens nothing that writes here: the API takes no CSRF token.
    """
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    if actor.via != "api":
        raise SignInNeeded("api.token_needed")
    if actor.scopes is not None and scope not in actor.scopes:
        raise Forbidden("api.scope_needed", scope=scope)
