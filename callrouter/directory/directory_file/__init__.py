"""The directory file, YAML or JSON: reads, checks and writes it."""
