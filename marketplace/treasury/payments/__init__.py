"""What is to be paid and what was: intents, the bank's lines, and what the bank is to do (L79)."""
