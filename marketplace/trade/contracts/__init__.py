"""Contracts: from the agreed order to the signed, sealed and verifiable document.

Read in this order: ``states``, ``models``, ``basis`` (what is known), ``facts`` and ``clauses``
(what is said), ``checks`` and ``gates`` (what stands against it), ``commands``, ``queries``.
"""
