"""Services around patents and deals: tools for everybody; agencies and brokers come later."""
