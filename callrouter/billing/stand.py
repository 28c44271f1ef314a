"""How a charge stands: the account is made to say what the rules say of it, by entries that are added."""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.billing.account import Cause, Charged, Entry, Posting, take_back
from callrouter.billing.concessions import CEILING, FREE_CALL
from callrouter.billing.pricing import SHORT, Free
from callrouter.database import Session

CONCEDED = frozenset({FREE_CALL, CEILING})
"""Rules about a partner's month; the others are about a caller's calls."""
_WHY_AGAIN = {
    FREE_CALL: "the month's free calls are used by others",
    CEILING: "the month has room for it below its ceiling",
    SHORT: "the talk was longer than was told at first",
}
FIRST_AGAIN = "what it repeated costs nothing any more"


def counts(charged: Charged) -> bool:
    """Whether a charged call counts: neither taken back by a person, nor by a rule about its caller's calls."""
    return not charged.waived and (charged.by_rule is None or charged.by_rule.rule in CONCEDED)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who enters what is missing in a partner's account, at a moment."""

    session: Session
    posting: Posting
    timezone: str
    """of the partner, now"""

    def lets_stand(self, charged: Charged, free: Free | None) -> None:
        """Let a charge be credited by this rule, or by none, whatever it was before."""
        standing = charged.by_rule
        if (standing.rule if standing else None) == (free.rule if free else None):
            return
        if standing:
            why = _WHY_AGAIN.get(standing.rule or "", FIRST_AGAIN)
            self.takes_back(charged, standing, standing.amount, Cause(why))
        left = charged.charge.amount - charged.by_hand
        # Of nothing nothing is taken back, and yet the credit says that the call does not count.
        if free and (left or not charged.charge.amount):
            self.takes_back(charged, charged.charge, left, Cause(free.reason, free.rule))

    def takes_back(self, charged: Charged, entry: Entry, amount: int, cause: Cause) -> None:
        """Take back the charge or a credit; it counts for the day of the charge, as long as its month is open."""
        charge = charged.charge
        day = self.posting.day(charge.partner, self.timezone, charge.day, simulated=bool(charge.simulated))
        take_back(self.session, entry, amount, cause, day, self.posting.now)
