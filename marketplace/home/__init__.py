"""The front page, the market's own pages (rules, fees, contact) and health."""
