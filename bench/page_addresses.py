"""The addresses of the console's pages that are measured. The braces are filled in anew for each request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from bench.large_directory import CENTERS, HELPLINES, PARTNERS
from bench.months import months

_FIRST_DAY = date(2024, 1, 8)
_WEEKS = 120
_STEP = 37
_OUTCOMES = ("answered", "promised", "abandoned")
_MONTHS = list(months())

PATHS = {
    "now": "now",
    "calls": "calls",
    "calls of all time": "calls?since=all",
    "calls of a week": "calls?{week}",
    "calls of a week by outcome": "calls?{week}&outcome={outcome}",
    "calls of a helpline, of all time": "calls?since=all&helpline={helpline}",
    "calls of a week by helpline and charge": "calls?{week}&helpline={helpline}&charge=charged",
    "calls of a week by partner": "calls?{week}&partner={partner}",
    "calls of a week by center": "calls?{week}&center={center}",
    "calls that a partner answered in a month, from the report": "calls?figure=answered~{month}~real~partner:{partner}",
    "calls charged in a month, from the report": "calls?figure=charged~{month}~real~month:{month}~USD",
    "rotation": "rotation",
    "rotation of a helpline": "rotation/helplines/line-0",
    "rotation of a helpline, 30 days": "rotation/helplines/line-0?{days}",
    "picks of a week": "rotation/helplines/line-0/picks?{week}",
    "a center": "rotation/centers/{center}",
    "promises": "promises",
    "promises of all time": "promises?state=all",
    "billing, by partner": "billing?month={month}",
    "billing, by day": "billing?month={month}&by=day",
    "billing, by day and center": "billing?month={month}&by=day&by=center",
    "accounts": "billing/accounts",
    "an account": "billing/accounts/{partner}",
    "invoices": "billing/invoices",
    "disputes": "billing/disputes",
    "rates": "billing/rates",
    "differences with the carrier": "billing/differences",
    "closing": "billing/close",
    "entries of a figure": "billing/entries?figure=amount~{month}~real~partner:{partner}~USD",
    "pictures": "pictures",
    "pictures of 30 days": "pictures?{days}",
    "pictures of a helpline, 90 days": "pictures?{quarter}&helpline={helpline}",
    "pictures of a year": "pictures?since=2025-07-01",
    "directory": "directory",
    "directory, to change": "directory/edit",
    "reveals": "reveals",
    "audit": "audit",
    "staff": "staff",
    "own account": "account",
}
SEARCHES = {
    "rotation of a helpline, of all time": "rotation/helplines/line-0?since=2024-01-01",
    "not charged, and answered, of 30 days": "calls?{days}&outcome=answered&charge=not+charged",
    "a part of the CallSid, a week": "calls?{week}&sid={number:03}a",
    "a line, of all time": "calls?since=all&line=%2B18445610600",
    "a partner, of all time": "calls?since=all&partner={partner}",
    "a center, of all time": "calls?since=all&center={center}",
    "a part of the CallSid, of all time": "calls?since=all&sid=a{number:04}",
}


def addresses(template: str) -> Iterator[str]:
    """Addresses without end, each of another week, month, helpline, partner and center."""
    for number in count(step=_STEP):
        yield template.format(
            number=number,
            week=_days(number, 7),
            days=_days(number, 30),
            quarter=_days(number, 90),
            month=_MONTHS[number % len(_MONTHS)],
            outcome=_OUTCOMES[number % len(_OUTCOMES)],
            helpline=f"line-{number % HELPLINES}",
            center=f"center-{number % CENTERS}",
            partner=f"partner-{number % PARTNERS}",
        )


def _days(number: int, days: int) -> str:
    first = _FIRST_DAY + timedelta(weeks=number % _WEEKS)
    return f"since={first}&until={first + timedelta(days=days)}"
