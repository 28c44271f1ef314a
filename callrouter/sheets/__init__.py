"""Rows as text and as workbooks, for any kind of data."""
