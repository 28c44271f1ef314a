"""Directory changes that take two people: one proposes a whole file, another approves it."""
