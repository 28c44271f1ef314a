"""Each callback as it came, once (inbox), and facts to act on after the commit (outbox)."""
