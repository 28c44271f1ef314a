"""Alerts: raised once, delivered by e-mail and webhook over real sockets, listed."""
