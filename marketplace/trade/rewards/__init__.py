"""Inventor rewards: what a deal brings to its completers, planned by the seller (L37-L39)."""
