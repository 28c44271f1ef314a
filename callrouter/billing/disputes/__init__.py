"""Disputes: partners' objections to their charges, and how each was decided."""
