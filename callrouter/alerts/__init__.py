"""Alerts: what a person must be told, and its deliveries by e-mail and webhook."""
