"""Real servers for tests and benchmarks: each private to the process that starts it, and ended with it."""
