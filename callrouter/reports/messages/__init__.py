"""Questions about the messages that callers left. No sound is read."""
