"""The programming interface: /api/v1, its description and its local documentation."""
