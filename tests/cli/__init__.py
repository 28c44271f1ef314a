"""The command line: in the process of the test, and as a process of its own where that matters."""
