"""Settings and logging of all processes."""
