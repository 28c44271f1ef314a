"""What a platform asks of the web server: is it alive, can it take a call, does everything work, its figures."""
