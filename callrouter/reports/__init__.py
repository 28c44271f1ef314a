"""Reports: read-only queries for the console, the exports and the command line."""
