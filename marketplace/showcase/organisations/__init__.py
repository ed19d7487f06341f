"""Public pages of organisations: who they are, what they offer and need."""
