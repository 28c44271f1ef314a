"""Printing an invoice: as PDF, as CSV and XLSX, and many in an archive. All of it is pure."""
