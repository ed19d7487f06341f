"""Signing in: Flask-Security, sessions, second factor, throttling."""
