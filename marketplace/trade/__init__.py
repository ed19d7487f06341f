"""交易 trade: the ways to a deal. In this release: auctions."""
