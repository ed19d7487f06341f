"""The deals board (成交公示): what was agreed, for how much, in which way."""
