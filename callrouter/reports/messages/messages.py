"""Lists messages: from which call, for whom, and the state of the recording. The sound is not read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.messages.model import WAITING, MessageRecording, VoicemailMessage


class MessageRow(TypedDict):
    """A message. `owner` is the center that it is for; absent: for staff.

    `error` is why the carrier failed so far, or for good if `set_aside_at` is set. `note` is the measurement of a
    dropped recording.
    """

    call: str
    owner: str | None
    seconds: int
    left_at: datetime
    state: str
    fetched_at: datetime | None
    deleted_at_carrier_at: datetime | None
    deleted_at: datetime | None
    set_aside_at: datetime | None
    error: str | None
    note: str | None
    recording: str


class ListedMessage(MessageRow):
    """A message beside those of other calls."""

    simulated: bool


class UnfetchedMessages(NamedTuple):
    """How many messages wait to be fetched, since when, and how many were set aside."""

    messages: int
    since: datetime | None
    set_aside: int


def messages(connection: sa.Connection, calls: Sequence[str]) -> list[MessageRow]:
    """The messages of these calls."""
    query = _query().where(VoicemailMessage.call.in_(calls))
    return [_message(row) for row in connection.execute(query).mappings()]


def listed_messages(connection: sa.Connection, state: str | None) -> list[ListedMessage]:
    """All messages, or those in one state, in the order in which they were left."""
    query = (
        _query(Call.simulated)
        .join(Call, Call.sid == VoicemailMessage.call)
        .order_by(VoicemailMessage.left_at, VoicemailMessage.call)
    )
    if state:
        query = query.where(MessageRecording.state == state)
    return [
        ListedMessage(**_message(row), simulated=row["simulated"])
        for row in connection.execute(query).mappings()
    ]


def unfetched(connection: sa.Connection) -> UnfetchedMessages:
    """The messages that are still to be fetched, and those that the carrier refused."""
    waits = sa.and_(MessageRecording.state == WAITING, MessageRecording.set_aside_at.is_(None))
    aside = MessageRecording.set_aside_at.is_not(None)
    query = sa.select(
        sa.func.count().filter(waits),
        sa.func.min(VoicemailMessage.left_at).filter(waits),
        sa.func.count().filter(aside),
    ).join_from(VoicemailMessage, MessageRecording, MessageRecording.call == VoicemailMessage.call)
    return UnfetchedMessages(*connection.execute(query).one())


def _query(*columns: sa.SQLColumnExpression[bool]) -> sa.Select[tuple[object, ...]]:
    # Never all columns of `recording`: the sealed sound is large, and reports must not read it.
    life = [column for column in MessageRecording.__table__.c if column.name not in {"call", "day", "sealed"}]
    return sa.select(VoicemailMessage.__table__, *life, *columns).join_from(
        VoicemailMessage, MessageRecording, MessageRecording.call == VoicemailMessage.call
    )


def _message(row: sa.RowMapping) -> MessageRow:
    return MessageRow(
        call=row["call"],
        owner=row["owner"],
        seconds=row["seconds"],
        left_at=row["left_at"],
        state=row["state"],
        fetched_at=row["fetched_at"],
        deleted_at_carrier_at=row["deleted_at_carrier_at"],
        deleted_at=row["deleted_at"],
        set_aside_at=row["set_aside_at"],
        error=row["error"],
        note=row["note"],
        recording=row["recording"],
    )
