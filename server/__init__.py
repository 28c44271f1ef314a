"""Puts the doors together: the web server (`wsgi.py`, `web_server.py`), and `make run` (`supervisor/`, `embedded/`)."""
