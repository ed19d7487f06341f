"""Writes of the sessions' room: each takes a Context and is exactly one transaction."""

from __future__ import annotations

from marketplace.trade.sessions.commands.console import (
    FloorBid,
    Up,
    beat,
    floor_bid,
    hammer,
    pass_lot,
    pause,
    resume,
    undo,
    warn,
)
from marketplace.trade.sessions.commands.desk import CheckedIn, CheckIn, check_in, claim_code
from marketplace.trade.sessions.commands.planning import (
    PlanSession,
    add_lot,
    announce_session,
    cancel_session,
    move_lot,
    plan_session,
    remove_lot,
)
from marketplace.trade.sessions.commands.queue import QueuedBid, merge_queue, signing_key
from marketplace.trade.sessions.commands.running import (
    call_next,
    finish_session,
    keep_web,
    open_session,
    pause_silent,
)

__all__ = [
    "CheckIn",
    "CheckedIn",
    "FloorBid",
    "PlanSession",
    "QueuedBid",
    "Up",
    "add_lot",
    "announce_session",
    "beat",
    "call_next",
    "cancel_session",
    "check_in",
    "claim_code",
    "finish_session",
    "floor_bid",
    "hammer",
    "keep_web",
    "merge_queue",
    "move_lot",
    "open_session",
    "pass_lot",
    "pause",
    "pause_silent",
    "plan_session",
    "remove_lot",
    "resume",
    "signing_key",
    "undo",
    "warn",
]
