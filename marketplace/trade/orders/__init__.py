"""Orders: from the agreed price to the registered, delivered, paid out deal."""
