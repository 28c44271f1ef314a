"""Invoices as they are printed, and read again."""
