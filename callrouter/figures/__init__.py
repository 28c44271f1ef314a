"""Figures: calls by partner, and daily totals of calls and ledger entries, for reports."""
