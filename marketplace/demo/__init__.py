"""The demo market: invented organisations, listings and auctions of one county."""
