"""Every statement of the bid path, written out; ``?`` stands for either database's mark."""

from __future__ import annotations

from typing import Final

READ_LOT: Final = """
SELECT terms, status, ends_ms, hard_end_ms, seq, head, view, leader, leader_max, leader_rank,
       price, reserve_met, outcome, closed_ms, progress
  FROM auction_lot
 WHERE id = ?"""

LOCK_LOT: Final = READ_LOT + "{for_update}"

INSERT_LOT: Final = """
INSERT INTO auction_lot (id, format, terms, opens_ms, status, ends_ms, hard_end_ms, seq, head, view,
                         leader, leader_max, leader_rank, price, reserve_met, outcome, closed_ms,
                         progress)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

UPDATE_LOT: Final = """
UPDATE auction_lot
   SET status = ?, ends_ms = ?, hard_end_ms = ?, seq = ?, head = ?, view = ?, leader = ?,
       leader_max = ?, leader_rank = ?, price = ?, reserve_met = ?, outcome = ?, closed_ms = ?,
       progress = ?
 WHERE id = ? AND seq = ?"""

OVERDUE_LOTS: Final = """
SELECT id FROM auction_lot WHERE status = 'scheduled' AND ends_ms <= ? ORDER BY ends_ms, id"""

APPEND: Final = """
INSERT INTO auction_log (lot_id, seq, at_ms, kind, bidder, idem_key, payload_hash, public, secret,
                         salt, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

READ_LOG: Final = """
SELECT seq, at_ms, kind, bidder, idem_key, payload_hash, public, secret, salt, hash
  FROM auction_log
 WHERE lot_id = ? AND seq > ?
 ORDER BY seq"""

READ_ANSWER: Final = """
SELECT seq, at_ms, kind, bidder, idem_key, payload_hash, public, secret, salt, hash
  FROM auction_log
 WHERE lot_id = ?
   AND seq >= (SELECT seq FROM auction_log WHERE lot_id = ? AND bidder = ? AND idem_key = ?)
 ORDER BY seq
 LIMIT 3"""
"""At most three entries make an answer: Accepted, Extended, ReserveMet."""

READ_PUBLIC: Final = """
SELECT seq, public FROM auction_log WHERE lot_id = ? AND seq > ? ORDER BY seq LIMIT ?"""
