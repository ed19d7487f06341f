#!/usr/bin/env python3
"""Seal a bid without a browser: python3 sealer.py LOT PADDLE AMOUNT_IN_YUAN

LOT and PADDLE stand on the lot's page. Needs only Python 3.10 and this file; nothing is sent. It
prints the seal, which is handed in, and writes the receipt, which opens the bid later. Keep the
receipt to yourself until then: it holds the amount.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import sys
from pathlib import Path

TAG = "sealed-bid/1"


def seal(lot: int, bidder: str, amount_minor: int, nonce: str) -> str:
    """SHA-256 over the five fields, each with its length in bytes before it."""
    fields = [part.encode() for part in (TAG, str(lot), bidder, str(amount_minor), nonce)]
    return hashlib.sha256(b"".join(b"%d:%s," % (len(part), part) for part in fields)).hexdigest()


def receipt(lot: int, bidder: str, yuan: str) -> dict[str, object]:
    """The receipt of a new sealed bid; raises ValueError for what is no amount in yuan."""
    typed = re.fullmatch(r"(\d{1,13})(?:\.(\d{1,2}))?", yuan.replace(",", ""))
    if typed is None or lot <= 0:
        raise ValueError(yuan)
    amount_minor = int(typed[1]) * 100 + int((typed[2] or "").ljust(2, "0"))
    if amount_minor == 0:
        raise ValueError(yuan)
    nonce = secrets.token_hex(32)
    return {
        "kind": TAG,
        "lot": lot,
        "bidder": bidder,
        "amount": f"{amount_minor // 100}.{amount_minor % 100:02d}",
        "amount_minor": amount_minor,
        "nonce": nonce,
        "seal": seal(lot, bidder, amount_minor, nonce),
    }


def main(arguments: list[str]) -> str:
    """Write the receipt into this folder; what to do with it."""
    if len(arguments) != 3 or not arguments[0].isdigit():
        raise SystemExit(__doc__)
    try:
        made = receipt(int(arguments[0]), arguments[1], arguments[2])
    except ValueError as error:
        raise SystemExit(f"this is no amount in yuan: {error}") from None
    path = Path(f"sealed-bid-{made['lot']}-{made['bidder']}-{str(made['seal'])[:8]}.json")
    path.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return f"seal: {made['seal']}\nreceipt: {path} (keep it secret until bids are opened)"


if __name__ == "__main__":
    print(main(sys.argv[1:]))
