"""What callers are told: the wordings, and the log of what was spoken."""
