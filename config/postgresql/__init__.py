"""The embedded PostgreSQL: its programs, as whom they run, its data, and how it is started."""
