"""科技创新券: a voucher pays part of an order; its issuer owes it until he has paid."""
