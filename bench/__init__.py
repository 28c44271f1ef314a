"""Measures speed: `make bench` runs this, and writes `RESULTS.md`."""
