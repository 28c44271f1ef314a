"""What printed invoices say, read by others' programs."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from callrouter.invoices.invoice import Invoice
from callrouter.invoices.printing.pdf import as_pdf
from callrouter.invoices.printing.spreadsheet import as_csv, as_xlsx


def pages(invoice: Invoice, issuer: str = "") -> list[str]:
    """The text of each page of its PDF, every run of spaces and line ends as one space."""
    reader = PdfReader(io.BytesIO(as_pdf(replace(invoice, issuer=issuer))), strict=True)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def pdf_text(invoice: Invoice, issuer: str = "") -> str:
    """The text of all its pages."""
    return " ".join(pages(invoice, issuer))


def csv_rows(invoice: Invoice) -> list[dict[str, str]]:
    """The rows of its CSV, by column."""
    return list(csv.DictReader(io.StringIO(as_csv(invoice).decode(), newline="")))


def book(invoice: Invoice) -> Workbook:
    """Its workbook."""
    return load_workbook(io.BytesIO(as_xlsx(invoice)))


def sheet_rows(invoice: Invoice, sheet: str = "lines") -> list[dict[str, Any]]:
    """The cells of a sheet of its workbook, by column."""
    head, *rows = book(invoice)[sheet].iter_rows()
    names = [str(cell.value) for cell in head]
    return [dict(zip(names, row, strict=True)) for row in rows]
