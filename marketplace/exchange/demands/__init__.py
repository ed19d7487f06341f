"""Technology demands (技术需求): posted by verified organisations, reviewed, found by search."""
