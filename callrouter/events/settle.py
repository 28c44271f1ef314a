"""Settling the outbox: facts are claimed in batches, given to whoever subscribes to them, and removed, at once.

One settler at a time, by a lock; running twice is running once, because every subscriber writes under a unique key.
A fact that keeps failing is set aside with its error, and the others flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from callrouter.database import Database, RetryableError, Row, Session, sql
from callrouter.events.outbox import WAITS

BATCH = 1_500
"""facts; some 500 calls, which tell about three each"""
MOST_FAILURES = 5

Subscriber = Callable[[Session, "Facts", datetime], None]
Subscriptions = Mapping[str, Sequence[Subscriber]]

_BE_THE_ONLY_ONE = sql("UPDATE settler SET settled_at = :now WHERE one = 1")
_BE_THE_ONLY_WRITER = sql("UPDATE settler SET settled_at = settled_at WHERE one = 1")
_LAST_SETTLED = sql("SELECT settled_at FROM settler WHERE one = 1")
_CLAIM = sql(
    # A fact of a kind that nobody here knows (of a newer process, during a deploy) waits for who does.
    "SELECT id, fact, call FROM outbox WHERE set_aside_at IS NULL AND fact = ANY(:known) ORDER BY id LIMIT :most"
)
_ONE = sql("SELECT id, fact, call FROM outbox WHERE id = :id")
_DONE = sql("DELETE FROM outbox WHERE id = ANY(:ids)")
_FAILED = sql("UPDATE outbox SET failures = failures + 1, error = :error WHERE id = :id")
_SET_ASIDE = sql("UPDATE outbox SET set_aside_at = :now WHERE id = :id AND failures >= :most")
_TRY_AGAIN = sql(
    "UPDATE outbox SET set_aside_at = NULL, failures = 0 WHERE set_aside_at IS NOT NULL RETURNING 1"
)


class Facts:
    """The facts of one kind in a batch: their ids in the outbox, and the calls they are about."""

    def __init__(self, ids: list[int], calls: list[str]) -> None:
        self.ids = ids
        self.calls = calls


def settle(database: Database, subscriptions: Subscriptions, now: datetime, most: int = BATCH) -> int:
    """Settle the next batch; how many facts were settled. 0 means that nothing waits that can be settled now."""
    try:
        return database.transact(
            lambda session: _settle(session, subscriptions, now, _claim(session, subscriptions, now, most))
        )
    except RetryableError:
        raise
    except Exception:  # whatever a subscriber raises: the one bad fact is found, so that the others flow
        return _settle_one_by_one(database, subscriptions, now, most)


def last_settled(session: Session) -> tuple[datetime | None, bool]:
    """When somebody last settled facts, or found none, and whether any wait."""
    moments, waiting = session.ask_all((_LAST_SETTLED, {}), (WAITS, {}))
    return moments[0][0], bool(waiting)


def be_the_only_writer(session: Session) -> None:
    """Wait until nobody settles: what a settler writes (accounts, the log) has one writer at a time."""
    session.tell(_BE_THE_ONLY_WRITER)


def _claim(session: Session, subscriptions: Subscriptions, now: datetime, most: int) -> list[Row]:
    session.tell(_BE_THE_ONLY_ONE, now=now)
    return session.ask(_CLAIM, known=list(subscriptions), most=most)


def _settle(session: Session, subscriptions: Subscriptions, now: datetime, rows: list[Row]) -> int:
    for fact, subscribers in subscriptions.items():
        ids = [row[0] for row in rows if row[1] == fact]
        calls = list(dict.fromkeys(row[2] for row in rows if row[1] == fact))
        for subscriber in subscribers if ids else ():
            subscriber(session, Facts(ids, calls), now)
    if rows:
        session.tell(_DONE, ids=[row[0] for row in rows])
    return len(rows)


def _settle_one_by_one(database: Database, subscriptions: Subscriptions, now: datetime, most: int) -> int:
    rows = database.transact(lambda session: _claim(session, subscriptions, now, most))
    return sum(_settle_alone(database, subscriptions, now, row) for row in rows)


def _settle_alone(database: Database, subscriptions: Subscriptions, now: datetime, row: Row) -> int:
    fact_id = row[0]

    def settle_it(session: Session) -> int:
        session.tell(_BE_THE_ONLY_ONE, now=now)
        return _settle(session, subscriptions, now, session.ask(_ONE, id=fact_id))

    try:
        return database.transact(settle_it)
    except RetryableError:
        raise
    except Exception as error:  # recorded with the fact, where staff see it
        told = repr(error)
        database.transact(lambda session: _failed(session, fact_id, told, now))
        return 0


def _failed(session: Session, fact_id: int, error: str, now: datetime) -> None:
    session.tell(_FAILED, id=fact_id, error=error)
    session.tell(_SET_ASIDE, id=fact_id, now=now, most=MOST_FAILURES)


def try_again(session: Session) -> int:
    """Let the facts that were set aside be tried again; how many there are."""
    return len(session.ask(_TRY_AGAIN))
