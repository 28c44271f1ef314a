"""Everything about one call: callbacks, answers, legs, skipped seats, charge and promise."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TypedDict, cast

import sqlalchemy as sa

from callrouter.billing.model import CHARGE
from callrouter.calls.model import Call
from callrouter.directory.versions import read_version
from callrouter.events.model import InboxEntry
from callrouter.promises.deadlines import KEPT
from callrouter.reports.calls.decisions import Lineups, ReportedDecision, decisions
from callrouter.reports.calls.disclosures import DisclosureRow, disclosures
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.calls.legs import LegRow, legs
from callrouter.reports.calls.twiml_words import Spoken, spoken
from callrouter.reports.messages.messages import MessageRow, messages
from callrouter.reports.money.charges import EntryRow, entries
from callrouter.reports.money.disputes import DisputeRow, disputes
from callrouter.reports.money.why_not_charged import AcceptedTalk, why_not_charged
from callrouter.reports.promises.promises import AttemptRow, PromiseRow, promises, return_calls
from callrouter.wordings.change import from_json
from callrouter.wordings.model import WordingProposal


class Header(TypedDict):
    """The call itself. `caller` is masked, `route` is the final one."""

    sid: str
    arrived_at: datetime
    ended_at: datetime | None
    dialled: str
    route: str | None
    listing: str | None
    helpline: str | None
    caller: str
    state: str
    language: str
    shows_number: bool
    status: str
    outcome: str | None
    answered_by: str | None
    helpline_consent: str | None
    helpline_consent_at: datetime | None
    directory_version: int
    wordings_version: int
    carrier_seconds: int | None
    reaped: bool
    simulated: bool


class StoryTurn(TypedDict):
    """A callback without personal data, and the words of its answer."""

    at: datetime
    key: str
    came: dict[str, str]
    spoken: list[Spoken]


class Story(Header):
    """Everything about a call. `not_charged_because` is absent if it was charged."""

    turns: list[StoryTurn]
    legs: list[LegRow]
    decisions: list[ReportedDecision]
    promise: PromiseRow | None
    return_calls: list[AttemptRow]
    message: MessageRow | None
    entries: list[EntryRow]
    disputes: list[DisputeRow]
    not_charged_because: str | None
    disclosures: list[DisclosureRow]


def story(connection: sa.Connection, written: str) -> Story:
    """The story of a call, by its CallSid or the beginning of it. It raises what `find_call` raises."""
    sid = find_call(connection, written)
    row = connection.execute(sa.select(Call.__table__).where(Call.sid == sid)).mappings().one()
    its_legs, its_entries = legs(connection, [sid]), entries(connection, [sid])
    its_return_calls = return_calls(connection, sid)
    return Story(
        **_header(row),
        turns=_turns(connection, sid),
        legs=its_legs,
        decisions=decisions(connection, Lineups(connection), [sid]),
        promise=next(iter(promises(connection, [sid])), None),
        return_calls=its_return_calls,
        message=next(iter(messages(connection, [sid])), None),
        entries=its_entries,
        disputes=list(disputes(connection, calls=[sid])),
        not_charged_because=_why_not(connection, row, _talk(its_legs, its_return_calls), its_entries),
        disclosures=disclosures(connection, [sid]),
    )


def without_charges(found: Story) -> Story:
    """The story as somebody reads it who sees no charges."""
    return {**found, "entries": [], "disputes": [], "not_charged_because": None}


def _header(row: sa.RowMapping) -> Header:
    return cast(Header, {name: row[name] for name in Header.__annotations__})


def _talk(its_legs: list[LegRow], its_return_calls: list[AttemptRow]) -> AcceptedTalk | None:
    talks = [
        AcceptedTalk(leg["partner"], leg["kind"], leg["talk_seconds"]) for leg in its_legs if leg["accepted"]
    ]
    kept = [tried for tried in its_return_calls if tried["outcome"] == KEPT]
    talks += [AcceptedTalk(tried["partner"], tried["kind"], tried["talk_seconds"] or 0) for tried in kept]
    return next(iter(talks), None)


def _why_not(
    connection: sa.Connection, row: sa.RowMapping, talk: AcceptedTalk | None, its_entries: list[EntryRow]
) -> str | None:
    if any(entry["entry"] == CHARGE for entry in its_entries):
        return None
    directory = read_version(connection, row["directory_version"])
    return why_not_charged(connection, row, talk, directory)


def _turns(connection: sa.Connection, sid: str) -> list[StoryTurn]:
    query = (
        sa.select(InboxEntry.__table__)
        .where(InboxEntry.call == sid)
        .order_by(InboxEntry.received_at, InboxEntry.key)
    )
    recorded = _recorded(connection)
    return [_turn(row, recorded) for row in connection.execute(query).mappings()]


def _recorded(connection: sa.Connection) -> dict[str, Spoken]:
    """The texts of all audio files that ever stood for one, by checksum."""
    return {
        change.audio: Spoken(language=change.language, words=change.text)
        for document in connection.execute(sa.select(WordingProposal.changes)).scalars()
        for change in from_json(document)
        if change.audio
    }


def _turn(row: sa.RowMapping, recorded: dict[str, Spoken]) -> StoryTurn:
    came = json.loads(row["fields"])
    return StoryTurn(at=row["received_at"], key=row["key"], came=came, spoken=spoken(row["answer"], recorded))
