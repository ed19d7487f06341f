"""Tokens with which a program acts for a person, within scopes."""
