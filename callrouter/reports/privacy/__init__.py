"""Questions about what is kept of callers' numbers, and what was purged and erased."""
