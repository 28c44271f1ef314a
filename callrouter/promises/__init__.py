"""Return calls that a caller was promised."""
