"""The texts and figures of a printed invoice. *Pure*: independent of the machine's language and clock."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from callrouter.billing.period import TIME_TO_OBJECT
from callrouter.invoices.invoice import (
    ADJUSTMENT,
    CREDIT,
    CREDIT_REVERSAL,
    FEE,
    FREE,
    AppliedRate,
    Invoice,
    Line,
    SignedHead,
    local_time,
)
from callrouter.money import Money

SIMULATED = "SIMULATED: not a bill"
NO_CHOICE = "No fee depends on the choice of treatment."
FIXED_IN_ADVANCE = "Every fee is fixed in advance, per call or per month."
OBJECTIONS = f"An objection to a charge is possible until {TIME_TO_OBJECT.days} days after this was issued."

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_KINDS = {
    "helpline": "Helpline calls",
    "listing": "Calls to listings",
    "monthly": "Monthly fee",
    "adjustment": "Adjustments",
}
_DEEDS = {
    CREDIT: "Credited",
    CREDIT_REVERSAL: "Charged again",
    ADJUSTMENT: "Adjusted",
    FEE: "Fee for the month",
    FREE: "Free",
}
_LONGEST_TEXT = 1_000


def kind_in_words(kind: str) -> str:
    """`Helpline calls`. An unknown kind is called by its name."""
    return _KINDS.get(kind, kind)


def month_in_words(period: str) -> str:
    """`October 2026`."""
    year, month = period.split("-")
    return f"{MONTHS[int(month) - 1]} {year}"


def figure(amount: int, currency: str) -> str:
    """`1,234.50` or `-35.00`: an amount without its currency, for columns that name it."""
    sign, units = "-" * (amount < 0), Money(abs(amount), currency).decimal()
    whole, point, decimals = units.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}"


def money(amount: int, currency: str) -> str:
    """`1,234.50 USD`."""
    return f"{figure(amount, currency)} {currency}"


def when(invoice: Invoice, moment: datetime) -> str:
    """`2026-11-01 01:30:00 PDT`: in the partner's zone, whose name is unambiguous when autumn repeats an hour.

    A zone without an abbreviation is shown by its offset from UTC, `+0545`.
    """
    local = local_time(invoice, moment)
    name = local.tzname() or ""
    return f"{local:%Y-%m-%d %H:%M:%S} {name if name.isalpha() else f'{local:%z}'}"


def talked(seconds: int | None) -> str:
    """`1:05`, or `1:01:05` for an hour and more."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def remark(line: Line) -> str:
    """The remark below a line: its type if it is no charge, and the reason."""
    return ": ".join(part for part in (_DEEDS.get(line.what, ""), line.reason) if part)


def price(rate: AppliedRate) -> str:
    """`35.00 USD per call`."""
    return f"{money(rate.price_minor, rate.currency)} {'per month' if rate.kind == 'monthly' else 'per call'}"


def what_the_head_proves(head: SignedHead) -> str:
    """That the charges are in the log."""
    return (
        f"Every charge and credit of this invoice is an entry of the evidence log {head.origin}. Nothing can be changed"
        f" or left out there without it showing against this signed head of {head.size:,} entries."
    )


def how_the_head_is_checked(head: SignedHead) -> str:
    """What a partner does with it."""
    return (
        "Keep the lines of the signed head in a file. Whether the published log still begins with exactly these entries"
        f" is checked by 'callrouter disclosure watch https://{head.origin} --once --seen FILE', or any other witness"
        " of logs after c2sp.org/tlog-tiles. The biller checks it by 'callrouter disclosure verify'."
    )


def printable(text: str) -> str:
    """Text without invisible or direction characters. Spaces and line ends become single spaces."""
    composed = unicodedata.normalize("NFC", text[:_LONGEST_TEXT])
    return " ".join("".join(map(_printable_sign, composed)).split())


def _printable_sign(sign: str) -> str:
    """Remove control and direction characters and lone surrogates. Line ends and similar become a space."""
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign).startswith("C") else sign
