"""The auction engine: pure rules of a lot, its log and its proof; only ``auction.store`` does I/O.

Read in this order: ``state`` (what a lot is), ``commands`` and ``events`` (what may happen to it),
``proxy`` (who leads, at what price), ``english`` (the rules), ``chain`` and ``log`` (the record),
``execution`` (one command, start to end), ``store`` (the same inside a database transaction).
"""
