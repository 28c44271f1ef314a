"""The pages of the directory: the overview, the whole file, single entries."""
