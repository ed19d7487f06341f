#!/usr/bin/env python3
"""Check an exported auction log, trusting nobody: python verifier.py EXPORT [--head HASH]

Needs only Python 3.9 and this file. Proves that no number is missing, each hash follows from the
one before, each opened secret is the one committed to, and every answer, price, end and the winner
follow from the bids by the published rules (computed anew from all standing bids). While the
auction runs its secrets are sealed: then numbers, chain and what everybody saw is checked.
``--head``: a hash you know from the page, a receipt or the daily list must occur in the log.
Exit status 0 if all holds, else 1 and the line at fault. Taken as stated, because it needs facts
outside the log: who was eligible, a reused key, how long the market was away.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

Facts = dict[str, Any]
LIMIT = 10**15
STATED = {"not_eligible", "key_reused"}


class Wrong(ValueError):
    """Something does not hold."""


def need(holds: object, text: str) -> None:
    """Go wrong with ``text`` unless it holds."""
    if not holds:
        raise Wrong(text)


@contextlib.contextmanager
def at_line(number: int) -> Iterator[None]:
    """Name the line in whatever goes wrong inside."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise SystemExit(f"FAULT in line {number}: {type(error).__name__}: {error}") from None


def canonical(value: Any) -> str:
    """The one spelling of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def read(path: str) -> list[Facts]:
    """The lines as JSON objects; each must be spelled in the one canonical way."""
    with open(path, encoding="ascii", errors="replace", newline="\n") as file:  # noqa: PTH123
        lines = file.read().split("\n")
    with at_line(len(lines)):
        need(len(lines) > 2 and lines.pop() == "", "the file is cut off")
    for number, text in enumerate(lines, start=1):
        with at_line(number):
            need(canonical(json.loads(text)) == text, "not canonical JSON")
    return [json.loads(text) for text in lines]


def check_chain(cover: Facts, entries: list[Facts]) -> None:
    """Numbers, hashes and commitments."""
    head = "0" * 64
    for seq, entry in enumerate(entries, start=1):
        with at_line(seq + 1):
            need(set(entry) - {"opening"} == {"seq", "public", "hash"}, "unknown fields")
            need(entry["seq"] == seq == entry["public"]["seq"], f"number {seq} is missing here")
            raw = bytes.fromhex(head) + canonical(entry["public"]).encode()
            head = hashlib.sha256(raw).hexdigest()
            need(entry["hash"] == head, "the hash does not follow from the entry before")
            if "opening" in entry:
                check_opening(entry)
    with at_line(1):
        need(cover.pop("export") == "auction-log/1", "not an auction log")
        lot = entries[0]["public"]["lot"]
        told = {"lot": lot, "entries": len(entries), "head": head}
        need(cover == told, "lot, number of entries or head are not those of the log")


def check_opening(entry: Facts) -> None:
    """An opened secret must be the one committed to."""
    salt, secret = entry["opening"].pop("salt"), canonical(entry["opening"]["secret"])
    need(set(entry["opening"]) == {"secret"}, "unknown fields in the opening")
    need(re.fullmatch("[0-9a-f]{32}", salt), "the salt is malformed")
    found = hmac.new(salt.encode(), secret.encode(), hashlib.sha256).hexdigest()
    need(found == entry["public"]["commitment"], "the secret is not the one committed to")


class Lot:
    """What the log has established so far. A bidder's best bid is (-amount, rank, order)."""

    def __init__(self, terms: Facts, reserve: int | None) -> None:
        need(terms["reserve"] == (reserve is not None), "the terms hide the reserve")
        self.terms, self.reserve = terms, reserve
        self.ends, self.hard = terms["ends_ms"], terms["hard_end_ms"]
        self.result, self.view = "", 0
        self.stand([])

    def stand(self, bids: list[Facts]) -> None:
        """Leader and price from these bids alone."""
        self.bids: list[Facts] = []
        self.best: dict[str, tuple[int, int, int]] = {}
        self.leader, self.top, self.met = "", (0, LIMIT, 0), False
        self.price: int | None = None
        for bid in bids:
            self.count(bid)

    def count(self, bid: Facts) -> None:
        """Let one more bid stand: rank all bidders anew, then price the leader against it."""
        self.bids.append(bid)
        name, amount, before = bid["bidder"], bid["amount"], self.leader
        mine = (-amount, bid["rank"] or LIMIT, len(self.bids))
        rival = self.top if before and before != name else None
        if name not in self.best or amount > -self.best[name][0]:
            self.best[name] = mine
        self.leader, self.top = min(self.best.items(), key=lambda item: item[1])
        price = self.price or self.terms["start"]
        if self.leader == name and bid["channel"] == "floor":
            price = max(price, amount)
        elif rival:
            price = max(price, self.cost(*sorted((mine, rival))))
        reached = self.reserve if self.reserve and -self.top[0] >= self.reserve else 0
        self.met = self.met or reached > 0
        jumps = self.terms["reserve_policy"] == "jump"
        self.price = max(price, reached) if jumps else price

    def cost(self, winner: tuple[int, int, int], loser: tuple[int, int, int]) -> int:
        """What the winner pays to lead: a step above the loser; by better rank, the same."""
        return min(-winner[0], -loser[0] if winner[1] < loser[1] else self.step_up(-loser[0]))

    def step_up(self, price: int) -> int:
        """One step above ``price``."""
        return price + int([step for start, step in self.terms["ladder"] if start <= price][-1])

    def least(self, rank: int | None) -> int:
        """The least next bid of somebody with this rank."""
        if self.price is None:
            return int(self.terms["start"])
        return self.price if (rank or LIMIT) < self.top[1] else self.step_up(self.price)

    def answer(self, bid: Facts, at: int) -> str:
        """The answer a bid must have got, by the published order of checks."""
        if at < self.terms["opens_ms"] or at >= self.ends or self.result:
            over = self.result != "cancelled" and (self.result or at >= self.ends)
            return "ended" if over else "not_open"
        if bid["answer"] in STATED:
            return str(bid["answer"])
        amount, floor = bid["amount"], bid["channel"] == "floor"
        if type(amount) is not int or not 0 < amount <= LIMIT:
            return "bad_amount"
        if floor and bid["seen_view"] not in (None, self.view):
            return "stale_view"
        if bid["bidder"] == self.leader and not floor:
            if amount <= -self.top[0]:
                return "not_above_own_max"
        elif amount < self.least(bid["rank"]):
            return "below_minimum"
        times, base = (
            self.terms["abnormal_multiple"],
            self.terms["appraisal"] or self.terms["start"],
        )
        asks = times is not None and amount > times * base and not bid["confirmed"]
        return "not_confirmed" if asks else "accepted"

    def end_after_change(self, at: int) -> int:
        """The end after a visible change at ``at``."""
        grain, end = self.terms["end_granularity_ms"], at + self.terms["extend_ms"]
        end += -end % grain
        in_window = at >= self.ends - self.terms["window_ms"]
        return max(self.ends, min(end, int(self.hard or end))) if in_window else int(self.ends)


def replay(entries: list[Facts]) -> str:
    """Walk through an opened log; ``due`` are the entries that a bid must be followed by."""
    due: list[Any] = []
    with at_line(2):
        lot = Lot(entries[0]["public"]["terms"], entries[0]["opening"]["secret"]["reserve"])
    for line, entry in enumerate(entries[1:], start=3):
        with at_line(line):
            public, secret = entry["public"], entry.get("opening", {}).get("secret", {})
            need(bool(secret) == ("commitment" in public), "the secret is not opened")
            if public["kind"] in ("extended", "reserve_met"):
                found = (public["kind"], public.get("ends_ms"))
                need(due and due.pop(0) == found, "nothing called for this")
                lot.ends = public.get("ends_ms", lot.ends)
                continue
            need(not due, "an extension or the met reserve is missing before it")
            due = STEPS[public["kind"]](lot, public, secret)
    with at_line(len(entries) + 1):
        need(not due, "an extension or the met reserve is missing after it")
    return f"{lot.result}, leader {lot.leader or None}, price {lot.price}"


def bid_step(lot: Lot, public: Facts, secret: Facts) -> list[Any]:
    """A bid, accepted or refused, or a refused command of the operator."""
    if secret["act"] != "bid":
        need(public["kind"] == "noted" and secret["answer"] != "accepted", "not a refusal")
        return []
    at, before, was_met = public["at_ms"], (lot.leader, lot.price), lot.met
    same = all(public[name] == secret[name] for name in ("bidder", "channel", "rank"))
    need(same, "the secret is that of another bid")
    must = "key_reused" if secret["answer"] == "key_reused" else lot.answer(secret, at)
    need(secret["answer"] == must, f"answered {secret['answer']}, must be {must}")
    if must == "accepted":
        lot.count(secret)
    moved = check_board(lot, public, before)
    need(public["kind"] == ("bid" if moved else "noted"), "a move was hidden or invented")
    end = lot.end_after_change(at) if moved else lot.ends
    return [("extended", end)] * (end > lot.ends) + [("reserve_met", None)] * (lot.met > was_met)


def check_board(lot: Lot, public: Facts, before: tuple[Any, Any]) -> bool:
    """What was shown must be what follows from the standing bids; whether it moved."""
    moved = before != (lot.leader, lot.price)
    lot.view += moved
    if "view" in public:
        must = {"leader": lot.leader or None, "price": lot.price, "next": lot.least(None)}
        need({**must, "view": lot.view}.items() <= public.items(), f"must show {must}")
    return moved


def void_step(lot: Lot, public: Facts, secret: Facts) -> list[Any]:
    """A bidder was voided: the rest must be as if he had never bid."""
    before = (lot.leader, lot.price)
    rest = [bid for bid in lot.bids if bid["bidder"] != public["bidder"]]
    need(not lot.result and public["at_ms"] < lot.ends, "voided after the end")
    need(len(rest) < len(lot.bids), "there was no bid to void")
    lot.stand(rest)
    check_board(lot, public, before)
    told = ((secret["leader_max"] or 0), public["rank"] or LIMIT, public["reserve_met"])
    need(told == (-lot.top[0], lot.top[1], lot.met), "the new leader's facts are wrong")
    return []


def operator_step(lot: Lot, public: Facts, _secret: Facts) -> list[Any]:
    """The lot was cancelled, or its end, and a hard end with it, moved forward."""
    need(not lot.result, "the lot was over already")
    if public["kind"] == "cancelled":
        lot.result = "cancelled"
    else:
        need(public["ends_ms"] > lot.ends, "the end did not move forward")
        lot.ends, lot.hard = public["ends_ms"], public["hard_end_ms"]
    return []


def close_step(lot: Lot, public: Facts, _secret: Facts) -> list[Any]:
    """The lot was closed, once, as its bids demand."""
    need(not lot.result and public["at_ms"] >= lot.ends, "closed twice or before its end")
    sold = lot.leader and (lot.reserve is None or lot.met)
    lot.result = "sold" if sold else "reserve_not_met" if lot.leader else "no_bids"
    lot.price = max(lot.price or 0, lot.reserve or 0) if sold else lot.price
    must = {"outcome": lot.result, "leader": lot.leader or None, "price": lot.price}
    need(must.items() <= public.items(), f"must be closed as {must}")
    return []


STEPS = {"bid": bid_step, "noted": bid_step, "voided": void_step, "closed": close_step}
STEPS |= {"cancelled": operator_step, "outage_extended": operator_step}


def watch(entries: list[Facts]) -> str:
    """What everybody can check while the secrets are closed: price and end only rise."""
    terms = entries[0]["public"]["terms"]
    price, ends, view = terms["start"], terms["ends_ms"], 0
    for line, public in enumerate((entry["public"] for entry in entries), start=2):
        with at_line(line):
            if public["kind"] == "bid":
                need(public["price"] >= price and public["at_ms"] < ends, "too low or too late")
                need(public["view"] == view + 1, "a change is missing before it")
            need(public.get("ends_ms", ends) >= ends, "the end moved back")
            ends, view = public.get("ends_ms", ends), public.get("view", view)
            price = public.get("price", price) or terms["start"]
    return "its secrets are still sealed"


def verify(path: str, head: str | None = None) -> str:
    """One sentence on a sound log; exits with the line at fault otherwise."""
    cover, *entries = read(path)
    check_chain(cover, entries)
    hashes = [entry["hash"] for entry in entries]
    with at_line(1):
        need(head in (None, *hashes), "the head you know does not occur in this log")
    closed = any(entry["public"].get("kind") == "closed" for entry in entries)
    ending = replay(entries) if closed else watch(entries)
    return f"sound: {len(entries)} entries, head {hashes[-1]}; {ending}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4) or (len(sys.argv) == 4 and sys.argv[2] != "--head"):
        raise SystemExit(__doc__)
    print(verify(sys.argv[1], sys.argv[3] if len(sys.argv) == 4 else None))
