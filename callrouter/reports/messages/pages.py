"""Messages that callers left, page by page, the newest first. No sound is read.

Pages are cut by keyset paging (`paging.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.errors import NotKnown
from callrouter.messages.model import MessageRecording, VoicemailMessage
from callrouter.messages.play import PLAYED
from callrouter.privacy.model import AuditEntry
from callrouter.promises.model import Promise
from callrouter.reports.paging import KeysetOrder, all_rows, list_page
from callrouter.reports.reading import BATCH

STAFF = "staff"
"""written for an owner: no center is to hear it"""
HEARD, NOT_HEARD = HEARD_STATES = ("heard", "not heard")

_ORDER = KeysetOrder((VoicemailMessage.left_at, VoicemailMessage.call))
_PLAYED = sa.and_(AuditEntry.subject == VoicemailMessage.call, AuditEntry.action == PLAYED)


class LeftMessage(TypedDict):
    """A message, with its call. `owner`: the center that is to hear it; None: staff. `caller` is masked.

    `plays` is how often it was opened, at the command line too, and `played_at` when last. `promise` is the state of
    the return call that its caller was promised. `set_aside_at` is when the carrier refused to send the sound.
    """

    call: str
    left_at: datetime
    seconds: int
    owner: str | None
    helpline: str | None
    listing: str | None
    caller: str
    language: str
    state: str
    set_aside_at: datetime | None
    deleted_at: datetime | None
    plays: int
    played_at: datetime | None
    promise: str | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class WantedMessages:
    """Which messages; None: whatever it is. `heard` is one of `HEARD_STATES`."""

    state: str | None = None
    owner: str | None = None
    helpline: str | None = None
    heard: str | None = None


class MessagePlace(NamedTuple):
    """A place in the list: just beside this message."""

    left_at: datetime
    call: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages, how many there are, and the places beside them; None: there are no more on that side."""

    messages: list[LeftMessage]
    total: int
    newer: MessagePlace | None
    older: MessagePlace | None


def message_page(
    connection: sa.Connection,
    wanted: WantedMessages,
    size: int,
    *,
    after: MessagePlace | None = None,
    before: MessagePlace | None = None,
) -> MessagePage:
    """Up to `size` messages: those older than `after`, those newer than `before`, or the newest of all."""
    found = _ask(connection, wanted, size + 1, after=after, before=before)
    page = list_page(found, size, _place, after=after, before=before)
    return MessagePage(page.rows, count_messages(connection, wanted), page.previous, page.following)


def all_left_messages(connection: sa.Connection, wanted: WantedMessages) -> Iterator[LeftMessage]:
    """Every message of the list, in its order. They stream."""
    return all_rows(lambda after: _ask(connection, wanted, BATCH, after=after), _place)


def count_messages(connection: sa.Connection, wanted: WantedMessages) -> int:
    """How many messages are wanted, to the last one."""
    query = (
        sa.select(sa.func.count())
        .select_from(VoicemailMessage)
        .join(MessageRecording, MessageRecording.call == VoicemailMessage.call)
        .join(Call, Call.sid == VoicemailMessage.call)
        .where(*_conditions(wanted))
    )
    return int(connection.execute(query).scalar_one())


def left_message(connection: sa.Connection, call: str) -> LeftMessage:
    """The message of a call. Raises NotKnown where there is none."""
    found = connection.execute(_query().where(VoicemailMessage.call == call)).mappings().one_or_none()
    if found is None:
        raise NotKnown(f"no message was left on {call}: the page Messages lists those that were")
    return _message(found)


def _ask(
    connection: sa.Connection,
    wanted: WantedMessages,
    most: int,
    *,
    after: MessagePlace | None = None,
    before: MessagePlace | None = None,
) -> list[LeftMessage]:
    query = _ORDER.cut(_query().where(*_conditions(wanted)), most, after=after, before=before)
    return [_message(row) for row in connection.execute(query).mappings()]


def _query() -> sa.Select[*tuple[Any, ...]]:
    plays = sa.select(sa.func.count()).where(_PLAYED).correlate(VoicemailMessage).scalar_subquery()
    played_at = sa.select(sa.func.max(AuditEntry.at)).where(_PLAYED).correlate(VoicemailMessage)
    promise = (
        sa.select(Promise.state).where(Promise.call == VoicemailMessage.call).correlate(VoicemailMessage)
    )
    return (
        sa.select(
            VoicemailMessage.call,
            VoicemailMessage.left_at,
            VoicemailMessage.seconds,
            VoicemailMessage.owner,
            Call.helpline,
            Call.listing,
            Call.caller,
            Call.language,
            MessageRecording.state,
            MessageRecording.set_aside_at,
            MessageRecording.deleted_at,
            plays.label("plays"),
            played_at.scalar_subquery().label("played_at"),
            promise.scalar_subquery().label("promise"),
            Call.simulated,
        )
        .join_from(VoicemailMessage, MessageRecording, MessageRecording.call == VoicemailMessage.call)
        .join(Call, Call.sid == VoicemailMessage.call)
    )


def _conditions(wanted: WantedMessages) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.state:
        yield MessageRecording.state == wanted.state
    if wanted.owner:
        nobody = wanted.owner == STAFF
        yield VoicemailMessage.owner.is_(None) if nobody else VoicemailMessage.owner == wanted.owner
    if wanted.helpline:
        yield Call.helpline == wanted.helpline
    if wanted.heard:
        played = sa.exists().where(_PLAYED).correlate(VoicemailMessage)
        yield played if wanted.heard == HEARD else ~played


def _message(row: sa.RowMapping) -> LeftMessage:
    return cast(LeftMessage, dict(row))


def _place(message: LeftMessage) -> MessagePlace:
    return MessagePlace(message["left_at"], message["call"])
