"""Invoices: a partner's entries of one month. They never change once issued. They are printed as PDF and
spreadsheets.
"""
