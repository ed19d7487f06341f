"""Timed auctions of listings: the room to copy when you build another.

Read in this order: ``models`` (rows), ``moves`` (the life of an auction), ``events`` (facts),
``policy`` (who may), ``commands`` (writes, one transaction each), ``queries`` (reads for pages),
``reactions`` (what follows), ``forms`` and ``views`` (pages), ``api`` (the same as JSON).
The rules of bidding are the engine's (package ``auction``); this room knows people and papers.
"""
