"""The pages on which a caller's number is shown, and asked for."""
