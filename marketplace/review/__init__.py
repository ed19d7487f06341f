"""The review desk: one queue for everything that a person of the market must decide."""
