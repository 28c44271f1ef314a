"""Billing: rates, the price of a call, spend caps, and the partners' ledger."""
