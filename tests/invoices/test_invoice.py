"""An invoice adds up, in all and by kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.invoices.invoice import Line, file_name, subtotal, subtotals
from tests.invoices.made import adjustment, call, invoice, monthly_fee

WHATS = ("charge", "credit", "credit_reversal", "adjustment", "fee", "free")

lines = st.builds(
    lambda what, kind, amount: call(1, what=what, kind=kind, amount=0 if what == "free" else amount),
    st.sampled_from(WHATS),
    st.sampled_from(["helpline", "listing", "monthly", "adjustment", "another"]),
    st.integers(-(10**12), 10**12),
)


def test_an_invoice_that_does_not_add_up_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="INV-000017 add up to 3500, and its total says 3499"):
        invoice(call(1), total=3499)


def test_a_month_without_anything_comes_to_nothing() -> None:
    assert subtotals(invoice()) == ()
    assert subtotal("total", []).amount == 0


def test_calls_are_counted_and_amounts_added_by_kind() -> None:
    helpline, listing, monthly, adjusted = subtotals(
        invoice(
            adjustment(6, -1250),
            call(1, kind="helpline", amount=3500),
            call(2, kind="helpline", what="free", amount=0),
            call(3, kind="listing", amount=4000),
            call(4, kind="listing", what="credit", amount=-4000),
            call(5, kind="listing", what="credit_reversal", amount=1500),
            monthly_fee(7),
        )
    )
    assert (helpline.answered, helpline.charged, helpline.free, helpline.amount) == (2, 1, 1, 3500)
    assert (listing.answered, listing.charges, listing.credits, listing.amount) == (1, 5500, -4000, 1500)
    assert (monthly.answered, monthly.fees, monthly.amount) == (0, 25_000, 25_000)
    assert (listing.owed, listing.taken_off, adjusted.owed, adjusted.taken_off) == (5500, -4000, 0, -1250)
    assert (adjusted.kind, adjusted.adjustments, adjusted.amount) == ("adjustment", -1250, -1250)


@given(st.lists(lines, max_size=12))
def test_the_subtotals_add_up_to_the_total(of: list[Line]) -> None:
    made = invoice(*of)
    parts = subtotals(made)
    assert sum(part.amount for part in parts) == made.total == subtotal("total", made.lines).amount
    assert sum(part.answered for part in parts) == sum(line.what in {"charge", "free"} for line in of)


def test_files_are_called_after_number_partner_and_month() -> None:
    assert file_name(invoice()) == "INV-000017-sunrise-2026-10"
