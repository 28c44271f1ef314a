"""The vault: the only place where a caller's number can be read."""
