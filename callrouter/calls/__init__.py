"""Calls: their states, what the caller hears next, and what each callback does."""
