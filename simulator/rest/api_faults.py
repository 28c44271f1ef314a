"""What the REST API does badly, or slowly, or only so often; each may be turned while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ApiFaults:
    """The faults, all of them off at first.

    calls_a_second  so many calls may be placed in a second; more are answered with 429
    errors          the next so many requests are answered with 500
    lost            the next so many calls are placed, and the answer to that is lost
    down            no connection comes about
    behind          the seconds after which a new call or recording is in the lists
    unpriced        the seconds after its end in which a call has no price yet
    account_status  active, suspended or closed
    """

    calls_a_second: int | None = None
    errors: int = 0
    lost: int = 0
    down: bool = False
    behind: float = 0.0
    unpriced: float = 5.0
    account_status: str = "active"

    def fails(self) -> bool:
        """Whether this request is one of those that fail."""
        failing = self.errors > 0
        self.errors -= failing
        return failing

    def loses(self) -> bool:
        """Whether this answer is one of those that are lost."""
        losing = self.lost > 0
        self.lost -= losing
        return losing
