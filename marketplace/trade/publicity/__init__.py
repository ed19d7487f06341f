"""公示: a state-founded seller shows a negotiated deal before it is signed (L33, L34)."""
