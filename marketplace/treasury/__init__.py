"""The market's books: ledger, payments, deposits, escrow. No balances of its own (L79)."""
