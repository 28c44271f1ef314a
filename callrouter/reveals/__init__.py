"""Reveals: a caller's number is shown to one person for a moment, for a reason that is in the evidence log before."""
