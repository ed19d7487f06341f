"""The engines behind the one interface of ``search.backends.base``."""
