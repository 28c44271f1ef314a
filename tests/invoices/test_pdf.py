"""What stands on a printed invoice, read back from the PDF."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader

from callrouter.invoices.invoice import AppliedRate
from callrouter.invoices.printing.paper import BOTTOM, LEFT, RIGHT
from callrouter.invoices.printing.pdf import LINES, RATES, SUMMARY, as_pdf
from callrouter.invoices.printing.table import PrintedColumn
from tests.invoices.made import (
    REPEAT,
    adjustment,
    call,
    invoice,
    long_invoice,
    monthly_fee,
)
from tests.invoices.reading import pages, pdf_text

LETTER = (612, 792)
UNPLEASANT = [
    "\x00\x1b[31m\x7f",
    "\u202e\u2066gnp.exe",
    "\ud800",
    "x" * 10_000,
    "long name " * 1_000,
    "Ω" * 10_000,
    "שלום 中文 🦊",
    "{nb} ${} %s <b>**__",
    ") Tj ET (",
    "",
]


def test_it_says_who_bills_whom_for_what_and_when() -> None:
    text = pdf_text(invoice(call(1)), "Helpline Services, Inc.\n1 Main Street")
    for part in (
        "Helpline Services, Inc.",
        "1 Main Street",
        "Sunrise Recovery",
        "INV-000017",
        "October 2026",
        "America/Los_Angeles",
        "2026-11-02 09:00:00 PST",
        "Amount due 35.00 USD",
    ):
        assert part in text


def test_without_a_legal_address_the_service_is_named() -> None:
    assert "From callrouter helpline call routing" in pdf_text(invoice(call(1)))


def test_it_says_that_no_fee_depends_on_the_choice_of_treatment() -> None:
    text = pdf_text(invoice())
    assert "No fee depends on the choice of treatment." in text
    assert "Every fee is fixed in advance, per call or per month" in text


def test_each_rate_stands_there_with_its_conditions_and_version() -> None:
    monthly = AppliedRate("monthly", date(2026, 1, 1), 25_000, "USD", 0, 0, 0, 7)
    per_call = AppliedRate("helpline", date(2026, 10, 5), 123_450, "USD", 45, 21, 10, 31)
    text = pdf_text(invoice(rates=(per_call, monthly)))
    assert "Helpline calls 1,234.50 USD per call 2026-10-05 45 21 10 31" in text
    assert "Monthly fee 250.00 USD per month 2026-01-01 7" in text


def test_the_summary_adds_up_by_kind() -> None:
    text = pdf_text(
        invoice(
            call(1, amount=123_450),
            call(2, what="free", amount=0),
            call(3, what="credit", kind="helpline", amount=-3500),
            monthly_fee(4),
            adjustment(5, -1250),
        )
    )
    assert "Helpline calls 2 1 1 1,234.50 -35.00 1,199.50 USD" in text
    assert "Monthly fee 250.00 0.00 250.00 USD" in text
    assert "Adjustments 0.00 -12.50 -12.50 USD" in text
    assert "Total 2 1 1 1,484.50 -47.50 1,437.00 USD" in text


def test_a_line_tells_all_of_its_call() -> None:
    text = pdf_text(invoice(call(1, talk_seconds=3_725, amount=123_450)))
    assert (
        "1 2026-10-01 00:00:07 PDT helpline Sunrise San Diego 1:02:05 +1 310 ••• ••01"
        " CA00000000000000000000000000000001 1,234.50 USD"
    ) in text


def test_what_is_free_or_credited_says_why() -> None:
    text = pdf_text(
        invoice(
            call(1, what="free", amount=0, reason=REPEAT),
            call(2, what="credit", amount=-3500, reason="the line was bad"),
        )
    )
    assert f"free Free: {REPEAT}" in text
    assert "-35.00 USD Credited: the line was bad" in text


def test_who_has_more_credited_than_charged_owes_nothing() -> None:
    text = pdf_text(invoice(call(1, what="credit", amount=-3500)))
    assert "In your favor 35.00 USD" in text
    assert "Amount due" not in text


def test_every_line_of_a_long_invoice_is_there_once() -> None:
    made = long_invoice(3_000)
    read = pages(made)
    text = " ".join(read)
    assert re.findall(r"CA[0-9a-f]{32}", text) == [line.call for line in made.lines]
    assert len(re.findall(r"[0-9-]{10} [0-9:]{8} P[DS]T (?:helpline|listing)", text)) == 3_000
    assert read[-1].count("Total") == 1


def test_every_page_has_its_number_the_invoices_and_a_head() -> None:
    read = pages(long_invoice(300))
    assert len(read) > 5
    for number, page in enumerate(read, start=1):
        assert f"INV-000017 · page {number} of {len(read)}" in page
        assert "Call arrived at Kind Center Talk Caller CallSid Amount" in page
    assert all("Invoice INV-000017 · Sunrise Recovery · October 2026" in page for page in read[1:])


def test_a_simulated_one_says_so_on_every_page() -> None:
    simulated, real = long_invoice(100, simulated=True, number="SIM-000003"), long_invoice(100)
    assert ["SIMULATED: not a bill" in page for page in pages(simulated)] == [True] * len(pages(simulated))
    assert "SIMULATED" not in pdf_text(real)
    assert "Amount due" not in pdf_text(simulated)


def test_both_hours_that_autumn_repeats_are_told_apart() -> None:
    first = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    text = pdf_text(invoice(call(1, arrived_at=first), call(2, arrived_at=first + timedelta(hours=1))))
    assert "2026-11-01 01:30:00 PDT" in text
    assert "2026-11-01 01:30:00 PST" in text


@pytest.mark.parametrize("text", UNPLEASANT)
def test_whatever_names_say_it_is_printed_within_the_page(text: str) -> None:
    odd = call(1, center=text, caller=text, call=text, kind="helpline", reason=text, what="free", amount=0)
    made = invoice(odd, call(2), name=text, partner=text)
    reader = PdfReader(io.BytesIO(as_pdf(replace(made, issuer=f"{text}\n{text}"))), strict=True)
    assert len(reader.pages) <= 2
    for page in reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == LETTER
        page.extract_text(visitor_text=stands_on_the_page)
    assert "CA00000000000000000000000000000002" in pdf_text(made)


def stands_on_the_page(text: str, _: object, matrix: list[float], *__: object) -> None:
    x, y = matrix[4:6]
    if text.strip():
        assert LEFT <= x <= RIGHT
        assert LETTER[1] - BOTTOM - 40 <= y <= LETTER[1] - 30


@pytest.mark.parametrize("columns", [SUMMARY, RATES, LINES])
def test_no_column_reaches_into_the_next(columns: tuple[PrintedColumn, ...]) -> None:
    ends = [column.x + column.width for column in columns]
    assert all(end < following.x for end, following in zip(ends, columns[1:], strict=False))
    assert (columns[0].x, ends[-1]) == (LEFT, RIGHT)


@pytest.mark.parametrize("digit", "0123456789abcdef")
def test_the_widest_callsid_stands_on_one_line(digit: str) -> None:
    widest = f"CA{digit * 32}"
    assert f"{widest} 35.00 USD" in pdf_text(invoice(call(1, call=widest)))


def test_a_name_that_looks_like_the_number_of_pages_stays_a_name() -> None:
    assert "Billed to {nb}" in pdf_text(invoice(call(1), name="{nb}"))


def test_an_issuer_of_many_lines_keeps_to_its_place() -> None:
    text = pdf_text(invoice(call(1)), "\n".join(f"line {number}" for number in range(100)))
    assert "line 6" in text
    assert "line 7" not in text


def test_an_amount_beyond_all_bounds_is_whole() -> None:
    assert "-9,999,999,999,999.99 USD" in pdf_text(invoice(call(1, amount=-999_999_999_999_999)))


def test_its_date_is_when_it_was_issued() -> None:
    information = PdfReader(io.BytesIO(as_pdf(invoice()))).metadata
    assert information is not None
    assert information.creation_date == datetime(2026, 11, 2, 17, tzinfo=UTC)
    assert information.title == "Invoice INV-000017 · Sunrise Recovery"
    assert "fpdf" not in str(information)


def test_what_comes_to_less_than_nothing_is_a_credit_note_without_rates() -> None:
    text = pdf_text(invoice(adjustment(1, -1250), rates=()))
    assert text.startswith("Credit note")
    assert "12.50 USD" in text
    assert "Rates" not in text
    assert "An objection to a charge is possible until 30 days after this was issued." in text
