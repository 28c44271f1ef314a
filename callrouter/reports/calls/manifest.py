"""What an export of calls says of itself: the filter, the moment, how many calls, and what they come to.

It is added up from the very rows that are written, so it cannot say anything else than they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TypedDict

from callrouter.reports.calls.pages import CallRow
from callrouter.reports.period import Period


class CurrencySum(TypedDict):
    """The charges in one currency, before credits. `amount` is a decimal string."""

    currency: str
    charged_calls: int
    amount: str


class CallManifest(TypedDict):
    """What a file of calls has in it. Times stand in `zone`; `moment` is that of the database's snapshot.

    `sha256` is of the file, in hexadecimal; None where the manifest is within the file. `sums` None: whoever exported
    it sees no charges.
    """

    file: str
    sha256: str | None
    rows: int
    sums: list[CurrencySum] | None
    columns: list[str]
    filter: Mapping[str, str]
    since: datetime | None
    until: datetime | None
    zone: str
    moment: datetime
    exported_by: str


@dataclass(frozen=True, slots=True)
class ExportedList:
    """What is exported, when and by whom. `filter` is in words. `with_sums`: the person may see what calls come to."""

    file: str
    columns: tuple[str, ...]
    filter: Mapping[str, str]
    period: Period
    zone: tzinfo
    moment: datetime
    person: str
    with_sums: bool


@dataclass(slots=True)
class CallTally:
    """Counts calls, and adds up their charges, while they pass."""

    rows: int = 0
    _charged: dict[str, int] = field(default_factory=dict)
    _amounts: dict[str, Decimal] = field(default_factory=dict)

    def passing(self, calls: Iterable[CallRow]) -> Iterator[CallRow]:
        """The calls, each added once it is taken."""
        for call in calls:
            self._add(call)
            yield call

    def _add(self, call: CallRow) -> None:
        self.rows += 1
        amount, currency = call["charge_amount"], call["charge_currency"]
        if amount is not None and currency is not None:
            self._charged[currency] = self._charged.get(currency, 0) + 1
            self._amounts[currency] = self._amounts.get(currency, Decimal()) + Decimal(amount)

    def manifest(self, exported: ExportedList, digest: str | None = None) -> CallManifest:
        """The manifest of the calls that have passed."""
        return CallManifest(
            file=exported.file,
            sha256=digest,
            rows=self.rows,
            sums=self._sums() if exported.with_sums else None,
            columns=list(exported.columns),
            filter=exported.filter,
            since=exported.period.since,
            until=exported.period.until,
            zone=str(exported.zone),
            moment=exported.moment,
            exported_by=exported.person,
        )

    def _sums(self) -> list[CurrencySum]:
        return [
            CurrencySum(currency=currency, charged_calls=self._charged[currency], amount=f"{amount:f}")
            for currency, amount in sorted(self._amounts.items())
        ]
