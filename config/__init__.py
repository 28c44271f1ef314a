"""What the processes are started with: settings, logs, the web server, and the supervisor of `make run`."""
