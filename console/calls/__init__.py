"""The pages of calls: the list with its filter, columns, views and export, and one call."""
