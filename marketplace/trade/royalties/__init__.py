"""Royalties (提成): the licensee declares its sales, pays the share, and shows its books."""
