"""Prints an invoice as PDF, CSV and XLSX, and several in an archive. All of it is pure."""
