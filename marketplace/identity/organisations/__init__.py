"""Organisations: profile, verification, members, and who may not bid against whom."""
