"""Settles the outbox: a batch of facts is claimed, passed to their subscribers, and deleted, in one transaction.

A lock lets one worker settle at a time. Running twice has the effect of running once: every subscriber writes under
a unique key. A fact that keeps failing is set aside with its error, and the others flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.database import Database, RetryableError, Session
from callrouter.events.model import OutboxFact, OutboxLock
from callrouter.events.outbox import FIND_WAITING
from callrouter.masking import masked

BATCH = 1_500
"""facts; about 500 calls, with about three facts each"""
MOST_FAILURES = 5

Subscriber = Callable[[Session, "Facts", datetime], None]
Subscriptions = Mapping[str, Sequence[Subscriber]]

_LOCK = sa.update(OutboxLock).values(settled_at=sa.bindparam("now"))
_LOCK_UNCHANGED = sa.update(OutboxLock).values(settled_at=OutboxLock.settled_at)
_LAST_SETTLED = sa.select(OutboxLock.settled_at)
_FACTS = sa.select(OutboxFact.id, OutboxFact.fact, OutboxFact.call)
# An unknown kind of fact (of a newer release, during a deploy) waits for a process that knows it.
_CLAIM = (
    _FACTS.where(
        OutboxFact.set_aside_at.is_(None),
        OutboxFact.fact == sa.any_(sa.bindparam("known", type_=ARRAY(sa.Text))),
    )
    .order_by(OutboxFact.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_CLAIM_ONE = _FACTS.where(OutboxFact.id == sa.bindparam("of_id"))
_DELETE = sa.delete(OutboxFact).where(
    OutboxFact.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.BigInteger)))
)
_COUNT_FAILURE = (
    sa.update(OutboxFact)
    .where(OutboxFact.id == sa.bindparam("of_id"))
    .values(failures=OutboxFact.failures + 1, error=sa.bindparam("message"))
)
_SET_ASIDE = (
    sa.update(OutboxFact)
    .where(OutboxFact.id == sa.bindparam("of_id"), OutboxFact.failures >= sa.bindparam("most"))
    .values(set_aside_at=sa.bindparam("now"))
)
_TRY_AGAIN = (
    sa.update(OutboxFact)
    .where(OutboxFact.set_aside_at.is_not(None))
    .values(set_aside_at=None, failures=0)
    .returning(OutboxFact.id)
)


class ClaimedFact(Protocol):
    """A row of the outbox."""

    id: int
    fact: str
    call: str


class Facts:
    """The facts of one kind in a batch: their ids in the outbox, and their calls."""

    def __init__(self, ids: list[int], calls: list[str]) -> None:
        self.ids = ids
        self.calls = calls


def settle(database: Database, subscriptions: Subscriptions, now: datetime, most: int = BATCH) -> int:
    """Settle the next batch. Returns how many facts were settled. 0: nothing is ready."""
    try:
        return database.transact(
            lambda session: _settle(session, subscriptions, now, _claim(session, subscriptions, now, most))
        )
    except RetryableError:
        raise
    except Exception:  # whatever a subscriber raises: the one bad fact is found, so that the others flow
        return _settle_one_by_one(database, subscriptions, now, most)


def last_settled(session: Session) -> tuple[datetime | None, bool]:
    """When somebody last settled facts or found none; and whether any wait."""
    settled, waiting = session.execute(_LAST_SETTLED), session.execute(FIND_WAITING)
    return settled.scalar(), waiting.first() is not None


def lock_settling(session: Session) -> None:
    """Wait until nobody settles, and lock out others: ledger and disclosure log have one writer at a time."""
    session.execute(_LOCK_UNCHANGED)


def _claim(session: Session, subscriptions: Subscriptions, now: datetime, most: int) -> Sequence[ClaimedFact]:
    session.execute(_LOCK, {"now": now})
    return session.execute(_CLAIM, {"known": list(subscriptions), "most": most}).all()


def _settle(
    session: Session, subscriptions: Subscriptions, now: datetime, claimed: Sequence[ClaimedFact]
) -> int:
    for kind, subscribers in subscriptions.items():
        facts = [each for each in claimed if each.fact == kind]
        calls = list(dict.fromkeys(each.call for each in facts))
        for subscriber in subscribers if facts else ():
            subscriber(session, Facts([each.id for each in facts], calls), now)
    if claimed:
        session.execute(_DELETE, {"ids": [each.id for each in claimed]})
    return len(claimed)


def _settle_one_by_one(database: Database, subscriptions: Subscriptions, now: datetime, most: int) -> int:
    claimed = database.transact(lambda session: _claim(session, subscriptions, now, most))
    return sum(_settle_alone(database, subscriptions, now, each.id) for each in claimed)


def _settle_alone(database: Database, subscriptions: Subscriptions, now: datetime, fact_id: int) -> int:
    def settle_it(session: Session) -> int:
        session.execute(_LOCK, {"now": now})
        return _settle(session, subscriptions, now, session.execute(_CLAIM_ONE, {"of_id": fact_id}).all())

    try:
        return database.transact(settle_it)
    except RetryableError:
        raise
    except Exception as error:  # recorded with the fact, where staff see it
        message = masked(repr(error))
        database.transact(lambda session: _failed(session, fact_id, message, now))
        return 0


def _failed(session: Session, fact_id: int, message: str, now: datetime) -> None:
    session.execute(_COUNT_FAILURE, {"of_id": fact_id, "message": message})
    session.execute(_SET_ASIDE, {"of_id": fact_id, "now": now, "most": MOST_FAILURES})


def try_again(session: Session) -> int:
    """Retry the facts that were set aside. Returns how many there are."""
    return len(session.execute(_TRY_AGAIN).all())
