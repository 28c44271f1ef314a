"""Promises: return calls that callers were promised."""
