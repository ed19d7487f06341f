"""Offers: from «I am interested» to an agreed price, round by round."""
