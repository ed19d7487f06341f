"""Payments through a provider with an interface (Stripe): asked for, believed, given back."""
