"""Figures: a call as each partner has it, and the daily totals of calls and ledger entries that reports add up."""
