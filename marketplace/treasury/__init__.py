"""Deposits recorded by hand: who owes, who paid, what goes back when. No balances (L79)."""
