"""Public tools that need no account: fee clock, number check, amount in Chinese capitals."""
