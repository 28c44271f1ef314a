"""The directory: partners, their centers and listings, the helplines and their seats."""
