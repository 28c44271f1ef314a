"""What reports tell of calls that were made through the real doors."""
