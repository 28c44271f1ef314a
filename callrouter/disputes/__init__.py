"""Disputes: what partners object to in their invoices, and what became of it."""
