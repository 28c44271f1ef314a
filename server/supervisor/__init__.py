"""`make run`: starts the processes of the Procfile, restarts those that die, and stops all of them together."""
