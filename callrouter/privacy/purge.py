"""Purges what is older than its retention: data keys and what they sealed, match values, and salts of the evidence log.

A batch is one transaction, and begins with what the database has. So a purge that was killed goes on where it was, and
one that is done again does nothing. A number that something still needs stays, and the key of its day: a promise is
kept before its number goes. What needs numbers lies above this folder, so it is an argument (`callrouter/purge.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.acts import NOTHING, ActKind, Actor, Destroyed, record_act
from callrouter.privacy.data_keys import MESSAGE, NUMBER, REPEAT
from callrouter.privacy.model import MatchValue, SealedNumber, StoredDataKey
from callrouter.privacy.retention import Retention

ROWS_AT_ONCE = 2_000
"""in one transaction, so that nobody waits for it"""

Condition = sa.ColumnElement[bool]
_CALL = SealedNumber.__table__.c.call
_LAST, _MOST = sa.bindparam("last", type_=sa.Date), sa.bindparam("most", type_=sa.Integer)


@dataclass(frozen=True, slots=True)
class PurgeLimits:
    """The last day, or month, of each kind that is to be purged."""

    numbers: date
    messages: date
    matches: date
    messages_left_until: datetime

    def of(self, last: date) -> dict[str, Any]:
        """The parameters of a statement."""
        return {"last": last, "most": ROWS_AT_ONCE, "messages_left_until": self.messages_left_until}

    @classmethod
    def at(cls, retention: Retention, now: datetime, repeat_days: int) -> PurgeLimits:
        """`repeat_days`: the longest time in which a rate makes a further call a repeat."""
        return cls(
            retention.last_number_day(now),
            retention.last_message_day(now),
            retention.last_match_month(now, repeat_days),
            retention.messages_left_until(now),
        )


@dataclass(frozen=True)
class PurgePart:
    """One kind of what is purged. `what` is its name in `Destroyed`."""

    what: str
    last: Callable[[PurgeLimits], date]
    destroy: sa.Executable
    """by the parameters of `PurgeLimits.of`: a row for each that is destroyed"""
    due: sa.Select[Any]
    """by the same: how many are to be destroyed"""


@dataclass(frozen=True)
class HeldBack:
    """A day that is to be purged, and why it is not yet."""

    purpose: str
    day: date
    reason: str
    count: int


@dataclass(frozen=True)
class Purge:
    """What is purged, in order."""

    needs: Mapping[str, Callable[[sa.ColumnElement[str]], Condition]]
    """by the reason: whether the number of a call is still needed, for longer than its message is kept"""
    keeps_message: Callable[[sa.ColumnElement[date]], Condition]
    """whether a message that was sealed on a day is kept"""
    delete_messages: Callable[[Session, datetime, datetime], int]
    count_messages: Callable[[Session, datetime], int]
    of_others: tuple[PurgePart, ...]
    """what other folders purge"""

    @cached_property
    def parts(self) -> tuple[PurgePart, ...]:
        own = (self._numbers, self._number_keys, self._message_keys, _match_values(), _match_keys())
        return (*own, *self.of_others)

    def destroy_batch(self, session: Session, limits: PurgeLimits, actor: Actor) -> Destroyed:
        """Destroy the next batch of what is due. NOTHING: the purge is completed, but for what is held back."""
        if messages := self.delete_messages(session, limits.messages_left_until, actor.at):
            return self._record(session, actor, Destroyed(messages=messages), limits.messages)
        for part in self.parts:
            last = part.last(limits)
            gone = session.execute(part.destroy, limits.of(last)).all()
            if gone:
                return self._record(session, actor, Destroyed(**{part.what: len(gone)}), last)
        held_back = {(each.purpose, each.day) for each in self.held_back(session, limits)}
        record_act(session, ActKind.PURGE_COMPLETED, actor, up_to=limits.numbers, held_back=len(held_back))
        return NOTHING

    def due(self, session: Session, limits: PurgeLimits) -> Destroyed:
        """How much the next purge destroys. Read-only."""
        total = Destroyed(messages=self.count_messages(session, limits.messages_left_until))
        for part in self.parts:
            count = session.execute(part.due, limits.of(part.last(limits))).scalar()
            total += Destroyed(**{part.what: count})
        return total

    def held_back(self, session: Session, limits: PurgeLimits) -> list[HeldBack]:
        """What is due and still needed, by day and reason, the oldest first. Read-only."""
        numbers = session.execute(self._needed_numbers, limits.of(limits.numbers)).all()
        messages = session.execute(self._needed_message_keys, limits.of(limits.messages)).all()
        return [HeldBack(*row) for row in (*numbers, *messages)]

    @staticmethod
    def _record(session: Session, actor: Actor, destroyed: Destroyed, last: date) -> Destroyed:
        record_act(session, ActKind.PURGE, actor, destroyed, up_to=last)
        return destroyed

    @cached_property
    def _is_needed(self) -> Condition:
        return sa.or_(*(needs(_CALL) for needs in self.needs.values()))

    @cached_property
    def _numbers(self) -> PurgePart:
        is_due = sa.and_(SealedNumber.day <= _LAST, ~self._is_needed)
        batch = sa.select(SealedNumber.call, SealedNumber.purpose).where(is_due).limit(_MOST)
        return PurgePart(
            "numbers",
            lambda limits: limits.numbers,
            sa.delete(SealedNumber)
            .where(sa.tuple_(SealedNumber.call, SealedNumber.purpose).in_(batch))
            .returning(SealedNumber.call),
            sa.select(sa.func.count()).select_from(SealedNumber).where(is_due),
        )

    @cached_property
    def _number_keys(self) -> PurgePart:
        of_day = SealedNumber.day == StoredDataKey.period
        return _keys(
            NUMBER,
            lambda limits: limits.numbers,
            is_used=sa.exists().where(of_day),
            is_needed=sa.exists().where(of_day, self._is_needed),
        )

    @cached_property
    def _message_keys(self) -> PurgePart:
        is_used = self.keeps_message(StoredDataKey.__table__.c.period)
        return _keys(MESSAGE, lambda limits: limits.messages, is_used=is_used, is_needed=is_used)

    @cached_property
    def _needed_numbers(self) -> sa.CompoundSelect[Any, Any, Any, Any]:
        return sa.union_all(
            *(
                sa.select(sa.literal(NUMBER), SealedNumber.day, sa.literal(reason), sa.func.count())
                .where(SealedNumber.day <= _LAST, needs(_CALL))
                .group_by(SealedNumber.day)
                for reason, needs in self.needs.items()
            )
        ).order_by(sa.text("2"))

    @cached_property
    def _needed_message_keys(self) -> sa.Select[Any]:
        of_day = StoredDataKey.__table__.c.period
        return (
            sa.select(sa.literal(MESSAGE), of_day, sa.literal("messages that are kept"), sa.literal(1))
            .where(StoredDataKey.purpose == MESSAGE, of_day <= _LAST, self.keeps_message(of_day))
            .order_by(of_day)
        )


def _match_values() -> PurgePart:
    is_due = MatchValue.period <= _LAST
    batch = sa.select(MatchValue.value).where(is_due).limit(_MOST)
    return PurgePart(
        "match_values",
        lambda limits: limits.matches,
        sa.delete(MatchValue).where(MatchValue.value.in_(batch)).returning(MatchValue.period),
        sa.select(sa.func.count()).select_from(MatchValue).where(is_due),
    )


def _match_keys() -> PurgePart:
    is_used = sa.exists().where(MatchValue.period == StoredDataKey.period)
    return _keys(REPEAT, lambda limits: limits.matches, is_used=is_used, is_needed=sa.false())


def _keys(
    purpose: str, last: Callable[[PurgeLimits], date], *, is_used: Condition, is_needed: Condition
) -> PurgePart:
    """The data keys of a purpose. A key that sealed something is destroyed after it."""
    is_old = sa.and_(StoredDataKey.purpose == purpose, StoredDataKey.period <= _LAST)
    return PurgePart(
        "keys",
        last,
        sa.delete(StoredDataKey).where(is_old, ~is_used).returning(StoredDataKey.period),
        sa.select(sa.func.count()).select_from(StoredDataKey).where(is_old, ~is_needed),
    )
