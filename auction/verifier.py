#!/usr/bin/env python3
"""Check an exported auction log, trusting nobody: python verifier.py EXPORT [--head HASH]

Needs only Python 3.10 and this file. Proves that no number is missing, each hash follows from the
one before, each opened secret is the one committed to, and every answer, price, end and the winner
follow from the bids by the published rules: English (online and in the hall), sealed, Dutch. While
secrets are sealed it is numbers and chain. A HASH you know, from a page, a receipt or the daily
list, must occur. Exit status 0 if all holds, else 1 and the line at fault. Taken as stated: who was
eligible, reused keys, the operator's refusals, outages; the reason why a sealed bid was refused.
"""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
LIMIT = 10**15
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
LINE = [1]  # of the file, being looked at
ACTS = {"english": "bid", "sealed": "commit reveal", "dutch": "take commit reveal top"}
STAGES = ["bidding", "sealing", "revealing", "topping", "taken"]


def need(holds: object, text: str) -> None:
    """Go wrong with ``text`` unless it holds."""
    if not holds:
        raise ValueError(text)


def is_amount(value: Any) -> bool:
    """Whether it is a positive integer of minor units."""
    return type(value) is int and 0 < value <= LIMIT


def _load(path: str) -> list[Facts]:
    *lines, rest = Path(path).read_bytes().decode("ascii", "replace").split("\n")
    head, rows = "0" * 64, []
    for LINE[0], text in enumerate(lines, 1):
        seq = LINE[0] - 1
        row = json.loads(text)
        need(canonical(row) == text, "not canonical JSON")
        if seq:
            public = row["public"]
            need(set(row) - {"opening"} == {"seq", "public", "hash"}, "unknown fields")
            need(row["seq"] == seq == public["seq"], f"number {seq} is missing here")
            head = hashlib.sha256(bytes.fromhex(head) + canonical(public).encode()).hexdigest()
            need(row["hash"] == head, "the hash does not follow from the entry before")
            if "opening" in row:
                salt, secret = (row["opening"].pop(name) for name in ("salt", "secret"))
                found = hmac.new(salt.encode(), canonical(secret).encode(), hashlib.sha256)
                right = not row["opening"] and re.fullmatch("[0-9a-f]{32}", salt)
                need(right and found.hexdigest() == public["commitment"], "not what was committed")
                row["opening"] = secret
        rows.append(row)
    need(len(rows) > 1 and rest == "", "the file is cut off")
    LINE[0] = 1
    told = {"export": "auction-log/1", "lot": rows[1]["public"]["lot"], "head": head}
    need(rows[0] == {**told, "entries": len(rows) - 1}, "the cover is not that of the log")
    return rows[1:]


class _Lot:
    """What the log says so far; ``_ACT`` and ``_KIND`` tell what an entry must show."""

    def __init__(self, scheduled: Facts, reserve: int | None) -> None:
        self.number, self.terms, self.reserve = scheduled["lot"], scheduled["terms"], reserve
        need(self.terms["reserve"] == (reserve is not None), "the terms hide the reserve")
        self.ends, self.hard = self.terms["ends_ms"], self.terms["hard_end_ms"]
        self.hall, self.format = "mode" in self.terms, self.terms["format"]
        self.rules = self.terms.get(self.format, {})
        self.sealing = "sealing" if self.format == "dutch" else "bidding"
        self.result, self.taker, self.stage = "", "", "bidding"
        self.view, self.paused, self.warned = 0, False, {0: 0}
        self.due, self.lines = list[Facts](), list[Facts]()  # what must follow; the minutes
        self._stand([])

    def _stand(self, bids: list[Facts]) -> None:
        self.bids = list[Facts]()  # and the best of them as (-amount, rank, order):
        self.leader, self.top, self.met, self.price = "", (0, LIMIT, 0), False, 0
        for bid in bids:
            self._count(bid)

    def check(self, public: Facts, secret: Facts) -> None:
        self.at, self.before = public["at_ms"], (self.leader, self.price)
        kind, act, answer = public["kind"], secret.get("act"), secret.get("answer")
        if self.due:
            must = self.due.pop(0)
            self.ends = must.get("ends_ms", self.ends)
        elif act in ACTS[self.format].split():
            right = answer if answer == "key_reused" else self._untimely(act)
            if not right:
                right = answer if answer == "not_eligible" else getattr(self, "_" + act)(secret)
            shown: Facts = right if isinstance(right, dict) else {}
            refused = answer if right == "refused" and answer != "accepted" else right
            need(answer == ("accepted" if shown is right else refused), f"answered {answer}")
            told = {k: secret[k] for k in secret if k in ("bidder", "channel", "rank")}
            must = {"kind": "noted", **told, **shown}
        elif kind == "noted":
            must = {} if answer != "accepted" else {"kind": "not a refusal"}
        else:
            need(not self.result, "the lot was over already")
            must = getattr(self, "_" + kind)(public, secret)
        need(must.items() <= public.items(), f"must show {must}")

    def _untimely(self, act: str) -> str:
        needed = {"commit": self.sealing, "reveal": "revealing", "top": "topping"}
        ahead = STAGES.index(self.stage) - STAGES.index(needed.get(act, "bidding"))
        early = ahead < 0 or self.at < self.terms["opens_ms"]
        late = self.result or ahead > 0 or (self.at >= self.ends and not self.hall)
        return "not_open" if early and not self.result else "ended" if late else ""

    def _board(self) -> Facts:
        self.view += self.before != (self.leader, self.price)
        shown = {"leader": self.leader or None, "price": self.price or None, "next": self._least()}
        return {**shown, "view": self.view}

    def _least(self, rank: int | None = None) -> int:
        if not self.price:
            return int(self.terms["start"])
        return self.price if (rank or LIMIT) < self.top[1] else self._step_up(self.price)

    def _step_up(self, price: int) -> int:
        return price + int([1, *(step for low, step in self.terms["ladder"] if low <= price)][-1])

    def _outage_extended(self, public: Facts, _secret: Facts) -> Facts:
        need(public["ends_ms"] > self.ends, "the end did not move forward")
        self.ends, self.hard = public["ends_ms"], public["hard_end_ms"]
        return public

    def _closed(self, _public: Facts, _secret: Facts) -> Facts:
        need(self.warned.get(self.view) == 2 if self.hall else self.at >= self.ends, "too early")
        need(self.stage in STAGES[3:] or not self._closed_lines(), "closed with seals unopened")
        sold = self.leader and (self.reserve is None or self.met)
        self.result = "sold" if sold else "reserve_not_met" if self.leader else "no_bids"
        self.price = max(self.price, self.reserve or 0) if sold else self.price
        return {"outcome": self.result, "leader": self.leader or None, "price": self.price or None}

    def _count(self, bid: Facts) -> None:
        self.bids.append(bid)
        mine = (-bid["amount"], bid["rank"] or LIMIT, len(self.bids))
        winner, loser = sorted((mine, self.top))
        rival = self.leader not in ("", bid["bidder"])
        self.leader = bid["bidder"] if mine < self.top else self.leader
        self.top, price = winner, self.price or self.terms["start"]
        if self.leader == bid["bidder"] and bid["channel"] == "floor":
            price = max(price, bid["amount"])
        elif rival:
            matched = -loser[0] if winner[1] < loser[1] else self._step_up(-loser[0])
            price = max(price, min(-winner[0], matched))
        reached = self.reserve if self.reserve and -self.top[0] >= self.reserve else 0
        self.met = self.met or reached > 0
        self.price = max(price, reached) if self.terms["reserve_policy"] == "jump" else price

    def _refusal(self, bid: Facts) -> str:
        amount, floor, terms = bid["amount"], bid["channel"] == "floor", self.terms
        if self.paused or not is_amount(amount):
            return "paused" if self.paused else "bad_amount"
        if floor and bid["seen_view"] not in (None, self.view):
            return "stale_view"
        if bid["bidder"] == self.leader and not floor:
            if amount <= -self.top[0]:
                return "not_above_own_max"
        elif amount < self._least(bid["rank"]):
            return "below_minimum"
        usual = (terms["abnormal_multiple"] or LIMIT) * (terms["appraisal"] or terms["start"])
        return "not_confirmed" if amount > usual and not bid["confirmed"] else ""

    def _bid(self, bid: Facts) -> Facts | str:
        if refusal := self._refusal(bid):
            return refusal
        was_met, end = self.met, self.ends
        self._count(bid)
        moved = self.before != (self.leader, self.price)
        if moved and not self.hall and self.at >= end - self.terms["window_ms"]:
            later = self.at + self.terms["extend_ms"]
            later += -later % self.terms["end_granularity_ms"]
            end = max(end, min(later, self.hard or later))
        self.due += [{"kind": "extended", "ends_ms": end}] * (end > self.ends)
        self.due += [{"kind": "reserve_met"}] * (self.met > was_met)
        return {"kind": "bid", **self._board()} if moved else {}

    def _voided(self, public: Facts, secret: Facts) -> Facts:
        last = [bid for bid in self.bids[-1:] if self.hall and bid["channel"] == "floor"]
        bids = last if public["kind"] == "undone" else self.bids
        gone = [bid for bid in bids if bid["bidder"] == public["bidder"]]
        own = self._closed_lines(public["bidder"])
        need((gone or own) and (self.hall or self.at < self.ends), "nothing could be taken back")
        if own:
            own[0]["verdict"] = "voided"
            return self._board()
        self._stand([bid for bid in self.bids if bid not in gone])
        need((secret["leader_max"] or 0) == -self.top[0], "the new leader's maximum is wrong")
        return {**self._board(), "rank": self.top[1] % LIMIT or None, "reserve_met": self.met}

    def _warned(self, public: Facts, _secret: Facts) -> Facts:
        kind, count = public["kind"], self.warned.get(self.view, 0) + 1
        turn = self.paused == (kind == "resumed") and (kind != "warned" or count < 3)
        need(self.hall and turn, "out of turn")
        self.paused, self.warned = kind == "paused", {self.view: count} if kind == "warned" else {}
        return {"count": count, "view": self.view} if kind == "warned" else {}

    _undone, _paused, _resumed = _voided, _warned, _warned

    def _closed_lines(self, who: str = "") -> list[Facts]:
        return [x for x in self.lines if x["verdict"] == "unrevealed" and who in ("", x["bidder"])]

    def _commit(self, ask: Facts) -> Facts | str:
        if ask["bidder"] == self.taker or not re.fullmatch("[0-9a-f]{64}", str(ask["seal"])):
            return "refused"
        for line in self._closed_lines(ask["bidder"]):
            line["verdict"] = "replaced"
        line = {"bidder": ask["bidder"], "seal": ask["seal"], "verdict": "unrevealed"}
        self.lines.append({**line, "amount": None, "nonce": None})
        return {"kind": "committed", "seal": ask["seal"]}

    def _reveal(self, ask: Facts) -> Facts | str:
        own, opening = self._closed_lines(ask["bidder"]), {k: ask[k] for k in ("amount", "nonce")}
        fields = map(str, ("sealed-bid/1", self.number, ask["bidder"], *opening.values()))
        raw = "".join(f"{len(field.encode())}:{field}," for field in fields).encode()
        right = own and is_amount(ask["amount"]) and re.fullmatch("[0-9a-f]{64}", str(ask["nonce"]))
        if not right or own[0]["amount"] or own[0]["seal"] != hashlib.sha256(raw).hexdigest():
            return "refused"
        own[0].update(opening)
        return {"kind": "revealed"}

    def _take(self, ask: Facts) -> Facts | str:
        steps = (self.at - self.terms["opens_ms"]) // self.rules["interval_ms"]
        price = max(self.rules["floor"], self.terms["start"] - steps * self.rules["step"])
        if ask["limit"] is not None and not (is_amount(ask["limit"]) and price <= ask["limit"]):
            return "refused"
        phase = self.rules["sealing_ms"]
        self.leader = self.taker = ask["bidder"]
        self.price, self.ends = price, self.at + (phase or 1)
        self.stage = "sealing" if phase else "taken"
        return {"kind": "taken", **self._board(), "ends_ms": self.ends, "stage": self.stage}

    def _top(self, ask: Facts) -> Facts | str:
        amount = ask["amount"]
        if ask["bidder"] != self.taker or not is_amount(amount) or amount < self._least():
            return "refused"
        self.leader, self.price, self.stage = self.taker, amount, "taken"
        return {"kind": "topped", **self._board()}

    def _reveal_began(self, _public: Facts, _secret: Facts) -> Facts:
        need(self.at >= self.ends and self.stage == self.sealing and self.lines, "out of turn")
        self.stage, self.ends = "revealing", self.at + self.rules["reveal_ms"]
        return {"ends_ms": self.ends}

    def _opened(self, _public: Facts, _secret: Facts) -> Facts:
        need(self.at >= self.ends and self.stage == "revealing", "out of turn")
        opened = [line for line in self._closed_lines() if line["amount"]]
        for line in opened:
            line["verdict"] = "counts" if line["amount"] >= self._least() else "too_low"
        best = sorted((x for x in opened if x["verdict"] == "counts"), key=lambda x: -x["amount"])
        maximum, self.stage = self.price or None, "taken"
        if best:
            maximum, self.leader = best[0]["amount"], best[0]["bidder"]
            self.met = self.reserve is not None and maximum >= self.reserve
            others = [(self.reserve or 0) * self.met, *(x["amount"] for x in best[1:2])]
            second = max(self.terms["start"], *others)
            self.price = second if self.rules.get("pricing") == "second" else maximum
        if best and self.format == "dutch":
            self.stage, self.ends = "topping", self.at + self.rules["topping_ms"]
        told = {"reserve_met": self.met, "ends_ms": self.ends, "stage": self.stage}
        return {"maximum": maximum, **told, **self._board(), "lines": self.lines}


def _replay(entries: list[Facts]) -> str:
    lot = _Lot(entries[0]["public"], entries[0]["opening"]["reserve"])
    for LINE[0], entry in enumerate(entries[1:], 3):
        secret = entry.get("opening", {})
        need(bool(secret) == ("commitment" in entry["public"]), "the secret is not opened")
        lot.check(entry["public"], secret)
    need(not lot.due, "an extension or the met reserve is missing after it")
    return f"{lot.result}, leader {lot.leader or None}, price {lot.price or None}"


def verify(path: str, head: str | None = None) -> str:
    """One sentence on a sound log; exits with the line at fault otherwise."""
    try:
        entries = _load(path)
        hashes = [entry["hash"] for entry in entries]
        need(head in (None, *hashes), "the head you know does not occur in this log")
        closed = any(entry["public"].get("kind") == "closed" for entry in entries)
        LINE[0] = 2
        ending = _replay(entries) if closed else "its secrets are still sealed"
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise SystemExit(f"FAULT in line {LINE[0]}: {type(error).__name__}: {error}") from None
    return f"sound: {len(entries)} entries, head {hashes[-1]}; {ending}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4) or (len(sys.argv) == 4 and sys.argv[2] != "--head"):
        raise SystemExit(__doc__)
    print(verify(sys.argv[1], sys.argv[3] if len(sys.argv) == 4 else None))
