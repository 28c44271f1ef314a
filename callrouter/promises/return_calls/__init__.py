"""Return calls: the calls that keep promises. The owner is rung first, then the caller."""
