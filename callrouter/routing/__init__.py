"""Routing: who is rung next, and why."""
