"""Read-only questions of the console, the exports and the command line."""
