"""What the README's figures come from: `make bench` measures, and writes `RESULTS.md`."""
