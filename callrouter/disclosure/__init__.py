"""Disclosure: the wordings that callers hear, and the log of what was spoken."""
