"""Deposits of auctions: expected, held, sent back, applied or forfeited; each ends in one way."""
