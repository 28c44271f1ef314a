"""`make run`: starts the processes of the Procfile, starts again what dies, and stops all together."""
