"""The first schema in parts: the tables by what they are about, then the triggers, then the rows that are always there."""
