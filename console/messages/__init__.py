"""The pages of messages that callers left."""
