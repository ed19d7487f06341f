"""Persons: their account, their offices, what they agreed to, what they may take along."""
