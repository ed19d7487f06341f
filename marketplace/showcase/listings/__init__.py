"""Listings: patents and achievements, from the first draft to sold."""
