"""Invoices: a partner's entries of one month, which never change once issued, on paper and in spreadsheets."""
