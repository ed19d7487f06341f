"""Issued documents: numbered, hashed, with a code that a public page confirms."""
