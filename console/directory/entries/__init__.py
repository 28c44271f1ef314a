"""The pages of single entries of the directory: lists, forms that are driven by one description, and histories."""
