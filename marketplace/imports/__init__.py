"""Real input in bulk: read, clean, check row by row, store idempotently, report what is refused."""
