"""What a call costs its partner: rates, pricing, the account."""
