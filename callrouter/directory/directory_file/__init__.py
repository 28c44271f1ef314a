"""The directory file, YAML or JSON: reading it, checking it, and writing it."""
