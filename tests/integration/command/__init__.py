"""The marketplace command, as a shell sees it."""
