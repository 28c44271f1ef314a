"""Combines the doors: the web server (`wsgi.py`, `web_server.py`), and `make run` (`supervisor/`, `embedded/`)."""
