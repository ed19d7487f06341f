"""The double-entry ledger: append-only, balanced by construction, every account above zero."""
