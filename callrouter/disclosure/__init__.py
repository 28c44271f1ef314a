"""Disclosure: the log of what callers were told, word for word."""
