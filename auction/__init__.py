"""The auction engine: pure rules of a lot, its log and its proof; only ``auction.store`` does I/O.

Read in this order: ``terms`` and ``state`` (what a lot is), ``commands``, ``clerk`` and ``events``
(what may happen to it), ``proxy`` (who leads, at what price), ``english`` and ``hall`` (the rules),
``sealed``, ``dutch`` and what both share (``envelopes``, ``sealing``), ``chain`` and ``log`` (the
record), ``execution`` (one command, start to end), ``store`` (the same in a database transaction).
"""
