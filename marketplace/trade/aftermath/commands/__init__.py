"""Writes of this room: each takes a Context and is exactly one transaction."""
