"""An invoice as a value: everything on it, whatever format it is printed in. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

CHARGE, CREDIT, CREDIT_REVERSAL, ADJUSTMENT, FEE, FREE = (
    "charge",
    "credit",
    "credit_reversal",
    "adjustment",
    "fee",
    "free",
)
ORDER_OF_KINDS = ("helpline", "listing", "monthly", "adjustment")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice: a ledger entry, or an answered call that cost nothing."""

    position: int
    """counts from 1"""
    what: str
    """`charge`, `credit`, `credit_reversal`, `adjustment`, `fee`, or `free`: an answered call that cost nothing"""
    arrived_at: datetime | None
    """of the call; None if the line is not about a call"""
    call: str | None
    """the carrier's CallSid"""
    kind: str
    """`helpline`, `listing`, `monthly` or `adjustment`"""
    center: str | None
    """the name of the center that took the call"""
    talk_seconds: int | None
    caller: str | None
    """masked: `+1 310 ••• ••88`"""
    amount: int
    """whole minor units: what the partner owes is positive, a credit negative"""
    reason: str | None
    """of a free call, a credit, a credit reversal or an adjustment"""


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """A rate that lines of the invoice were priced by."""

    kind: str
    """`helpline`, `listing` or `monthly`"""
    begins: date
    """in the partner's zone"""
    price_minor: int
    """whole minor units, per charged call or per month"""
    currency: str
    minimum_seconds: int
    """a shorter talk is free"""
    repeat_days: int
    """calls of a charged caller are free for this many days"""
    free_calls: int
    """a month"""
    directory_version: int
    """the first directory version with this rate"""


class SignedHead(NamedTuple):
    """A signed head of the evidence log. All ledger entries of the invoice are among the entries that it signs."""

    origin: str
    """the name of the log, `calls.example.org/evidence`"""
    size: int
    """how many entries it signs"""
    root: bytes
    signed_at: datetime
    note: str
    """as it was published (C2SP tlog-checkpoint)"""

    @property
    def short_root(self) -> str:
        """`3f2a 91bc …`: the first 128 bits of the root, in groups that can be compared by eye."""
        return self.root[:16].hex(" ", 2)


@dataclass(frozen=True, slots=True)
class Invoice:
    """A partner's entries of one month. Raises ValueError if the lines do not add up to the total."""

    number: str
    """`INV-000017`, or `SIM-000003` for simulated calls"""
    partner: str
    """the partner's key"""
    name: str
    """the partner's name"""
    period: str
    """the partner's month: `2026-10`"""
    timezone: str
    """the partner's zone (IANA name)"""
    currency: str
    """of every amount (ISO 4217)"""
    simulated: bool
    issued_at: datetime
    rates: tuple[AppliedRate, ...]
    lines: tuple[Line, ...]
    total: int
    """whole minor units: what the partner owes is positive"""
    issuer: str = ""
    """the name and address of the biller, line by line; empty: the name of the service"""
    head: SignedHead | None = None
    """None: it was issued a moment ago, and is not printed yet"""

    def __post_init__(self) -> None:
        added = sum(line.amount for line in self.lines)
        if added != self.total:
            raise ValueError(f"the lines of {self.number} add up to {added}, and its total says {self.total}")


class Subtotal(NamedTuple):
    """The sums of the lines of one kind: numbers of calls, and signed whole minor units."""

    kind: str
    answered: int
    """calls that a center accepted, charged and free"""
    charged: int
    free: int
    charges: int
    """including credit reversals"""
    credits: int
    adjustments: int
    fees: int
    owed: int
    """the positive lines, like `amount` in the report"""
    taken_off: int
    """the negative lines, like `credited` in the report"""

    @property
    def amount(self) -> int:
        return self.owed + self.taken_off


def subtotals(invoice: Invoice) -> tuple[Subtotal, ...]:
    """A subtotal for each kind of line on the invoice."""
    kinds = {line.kind for line in invoice.lines}
    known = [kind for kind in ORDER_OF_KINDS if kind in kinds]
    return tuple(
        subtotal(kind, (line for line in invoice.lines if line.kind == kind))
        for kind in [*known, *sorted(kinds - set(known))]
    )


def subtotal(kind: str, lines: Iterable[Line]) -> Subtotal:
    """Add up these lines."""
    amounts = dict.fromkeys((CHARGE, CREDIT, CREDIT_REVERSAL, ADJUSTMENT, FEE, FREE), 0)
    counts = amounts.copy()
    known = list(lines)
    for line in known:
        counts[line.what] += 1
        amounts[line.what] += line.amount
    return Subtotal(
        kind,
        answered=counts[CHARGE] + counts[FREE],
        charged=counts[CHARGE],
        free=counts[FREE],
        charges=amounts[CHARGE] + amounts[CREDIT_REVERSAL],
        credits=amounts[CREDIT],
        adjustments=amounts[ADJUSTMENT],
        fees=amounts[FEE],
        owed=sum(line.amount for line in known if line.amount > 0),
        taken_off=sum(line.amount for line in known if line.amount < 0),
    )


def local_time(invoice: Invoice, moment: datetime) -> datetime:
    """A moment in the partner's zone."""
    return moment.astimezone(ZoneInfo(invoice.timezone))


def file_name(invoice: Invoice) -> str:
    """The name of its files without the extension: `INV-000017-sunrise-2026-10`."""
    return f"{invoice.number}-{invoice.partner}-{invoice.period}"
