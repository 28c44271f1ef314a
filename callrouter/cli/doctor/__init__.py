"""`callrouter doctor`: its command, and its checks by subject. `checks.py` lists them."""
