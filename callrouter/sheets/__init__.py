"""Rows as text and as workbooks, whatever they are about."""
