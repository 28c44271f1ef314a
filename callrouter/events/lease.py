"""A lease: one worker at a time does a piece of work outside a transaction, and may die meanwhile.

A worker claims the row that has been due longest, does the work, and records the result. Its claim is good until a
deadline. If nothing is recorded by then, another worker claims the row and does the work again. So all work under a
lease must be safe to do twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from callrouter.database import Base, Session

DUE = "next_attempt_at IS NOT NULL"
"""the condition of the index on `next_attempt_at` that each of these tables has"""


class LeasedTask(Base):
    """The columns of all tables whose rows are worked on under a lease."""

    __abstract__ = True

    attempts: Mapped[int] = mapped_column(comment="claims since the last success, this one included")
    next_attempt_at: Mapped[datetime | None] = mapped_column(
        comment="when it is due, or when its lease ends; empty: nothing is to be done"
    )
    error: Mapped[str | None] = mapped_column(comment="of the latest attempt, where it failed")


class Lease:
    """Claims rows of one table and records the results. Create it at module level.

    A claimed row has the columns of the primary key, `attempts`, `next_attempt_at` (the deadline, which only this
    claim has), and the columns of `also`.
    """

    def __init__(
        self,
        task: type[LeasedTask],
        duration: timedelta,
        also: Sequence[InstrumentedAttribute[Any]] = (),
        *,
        ready: sa.ColumnElement[bool] | None = None,
    ) -> None:
        """A row is claimed only if it is `ready`, however long it has been due."""
        key = list(sa.inspect(task).primary_key)
        self._duration = duration
        self._key = [column.name for column in key]
        # Skip a row that another worker is claiming.
        oldest = (
            sa.select(*key)
            .where(task.next_attempt_at <= sa.bindparam("now"), *([] if ready is None else [ready]))
            .order_by(task.next_attempt_at, *key)
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("oldest")
        )
        self._claim = (
            sa.update(task)
            .where(*(column == oldest.c[column.name] for column in key))
            .values(attempts=task.attempts + 1, next_attempt_at=sa.bindparam("deadline"))
            .returning(*key, task.attempts, task.next_attempt_at, *also)
        )
        own = [column == sa.bindparam(f"of_{column.name}") for column in key]
        self._finish = sa.update(task).where(*own)
        self._release = self._finish.where(task.next_attempt_at == sa.bindparam("deadline"))

    def claim(self, session: Session, now: datetime) -> Any | None:
        """The row that has been due longest. None if nothing is due."""
        return session.execute(self._claim, {"now": now, "deadline": now + self._duration}).first()

    def finish(self, session: Session, claimed: Any, **values: Any) -> None:
        """Record success, even if the lease has ended meanwhile. `values` are more columns."""
        changes = {"next_attempt_at": None, "error": None, **values}
        session.execute(self._finish, {**self._key_of(claimed), **changes})

    def retry(self, session: Session, claimed: Any, error: str, at: datetime | None) -> None:
        """Record a failure. The row is due again at that time; None gives it up.

        It changes nothing if somebody else has changed or claimed the row.
        """
        self.give_up(session, claimed, error, next_attempt_at=at)

    def give_up(self, session: Session, claimed: Any, error: str, **values: Any) -> None:
        """Record a failure that no retry can mend. `values` are more columns. Otherwise like `retry`."""
        changes = {"next_attempt_at": None, "error": error, **values}
        deadline = claimed.next_attempt_at
        session.execute(self._release, {**self._key_of(claimed), **changes, "deadline": deadline})

    def _key_of(self, claimed: Any) -> dict[str, Any]:
        return {f"of_{name}": getattr(claimed, name) for name in self._key}


def next_attempt(schedule: Sequence[timedelta], attempts: int, failed_at: datetime) -> datetime | None:
    """When to retry after this many failures, by a schedule of pauses. None: give up. *Pure.*"""
    return failed_at + schedule[attempts - 1] if attempts <= len(schedule) else None
