"""Questions about what staff did."""
