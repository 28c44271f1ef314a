"""The inbox stores each callback once. The outbox has facts to act on after the commit."""
