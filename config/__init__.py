"""Settings and logging of every process."""
