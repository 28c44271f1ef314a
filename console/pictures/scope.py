"""What the page Pictures shows: a period, a helpline, and the lists behind its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from callrouter.reports.period import Period
from console.calls.call_filter import ALL
from console.frame import address
from console.periods import WrittenPeriod
from console.zones import utc


@dataclass(frozen=True, slots=True)
class PictureScope:
    """`helpline` None: all of them, and calls of listings."""

    written: WrittenPeriod
    helpline: str | None
    zone: ZoneInfo

    @property
    def note(self) -> str:
        """Beside a table's caption."""
        return f"times in {self.zone.key}"

    def calls_of(self, period: Period, **more: str) -> Callable[..., str]:
        """The address of the list of these calls, whatever else it is given."""
        return partial(address, "calls.listed", **self._filter(period), **more)

    def promises_of(self, period: Period) -> Callable[..., str]:
        """The address of the list of promises that were due in a period."""
        return partial(address, "promises.listed", **(self._filter(period) | {"state": "all"}))

    def _filter(self, period: Period) -> dict[str, str]:
        since = self._moment(period.since) if period.since else ALL
        until = {"until": self._moment(period.until)} if period.until else {}
        helpline = {"helpline": self.helpline} if self.helpline else {}
        return {"since": since, **until, **helpline}

    def _moment(self, moment: datetime) -> str:
        """The date where it is the beginning of a day, else the time."""
        local = moment.astimezone(self.zone)
        is_date = datetime.combine(local.date(), time(), self.zone).timestamp() == moment.timestamp()
        return local.date().isoformat() if is_date else utc(moment)
