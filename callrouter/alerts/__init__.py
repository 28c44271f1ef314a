"""Alerts: what staff must know, delivered by e-mail and webhook."""
