"""Keeps who was connected with whom, and what callers agreed to, in rows that never change.

Calls, legs, promises and return calls change while they last, and are corrected afterwards. So these facts are copied
when a call has ended. If they differ from the latest copy, there is a further one.
"""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import aliased

from callrouter.calls.model import Call, Leg
from callrouter.calls.states import ACCEPTED
from callrouter.database import Session
from callrouter.evidence.model import ConnectionRecord, ConsentRecord
from callrouter.promises.model import Promise, ReturnCall

SALT_BYTES = 32
_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_SALTED = (
    sa.func.unnest(_CALLS, sa.bindparam("salts", type_=ARRAY(sa.LargeBinary)))
    .table_valued(sa.column("call", sa.Text), sa.column("salt", sa.LargeBinary), name="salted")
    .render_derived()
)
_IS_KNOWN = sa.and_(Call.caller_pseudonym.is_not(None), Call.caller_erased_at.is_(None))


def caller_of_partner(partner: sa.ColumnElement[str]) -> sa.ColumnElement[bytes]:
    """The caller of a call as one partner's records know it: it tells repeats, and joins no two partners' calls."""
    return sa.func.sha256(sa.func.convert_to(Call.caller_pseudonym + " " + partner, "UTF8"))


_Later = aliased(ConnectionRecord, name="later")


def _connections(attempt: type[Leg] | type[ReturnCall], outcome: str, *, returned: bool) -> sa.Select[Any]:
    """The connections of ended calls that differ from the latest copy."""
    return (
        sa.select(*_columns(attempt, returned=returned))
        .select_from(_SALTED)
        .join(Call, Call.sid == _SALTED.c.call)
        .join(attempt, sa.and_(attempt.call == Call.sid, attempt.outcome == outcome))
        .where(Call.ended_at.is_not(None), ~_is_copied(attempt, returned=returned))
    )


def _columns(attempt: type[Leg] | type[ReturnCall], *, returned: bool) -> list[sa.ColumnElement[Any]]:
    return [
        Call.sid.label("call"),
        attempt.number.label("attempt"),
        sa.literal(returned).label("returned"),
        attempt.center.label("center"),
        attempt.partner.label("partner"),
        attempt.kind.label("kind"),
        Call.dialled.label("dialed_number"),
        Call.arrived_at.label("arrived_at"),
        attempt.began_at.label("began_at"),
        sa.func.coalesce(attempt.talk_seconds, 0).label("talk_seconds"),
        Call.directory_version.label("directory_version"),
        Call.simulated.label("simulated"),
        sa.case(
            (
                _IS_KNOWN,
                sa.func.sha256(
                    _SALTED.c.salt.op("||")(caller_of_partner(sa.type_coerce(attempt.partner, sa.Text)))
                ),
            )
        ).label("caller"),
        sa.case((_IS_KNOWN, _SALTED.c.salt)).label("caller_salt"),
    ]


def _is_copied(attempt: type[Leg] | type[ReturnCall], *, returned: bool) -> sa.ColumnElement[bool]:
    """Whether the latest copy is the same."""
    is_later = sa.and_(
        _Later.call == ConnectionRecord.call,
        _Later.attempt == ConnectionRecord.attempt,
        _Later.returned == ConnectionRecord.returned,
        _Later.id > ConnectionRecord.id,
    )
    return sa.exists().where(
        ConnectionRecord.call == Call.sid,
        ConnectionRecord.attempt == attempt.number,
        ConnectionRecord.returned == returned,
        ConnectionRecord.center == attempt.center,
        ConnectionRecord.talk_seconds == sa.func.coalesce(attempt.talk_seconds, 0),
        ~sa.exists().where(is_later),
    )


_COPIED = sa.union_all(
    _connections(Leg, ACCEPTED, returned=False), _connections(ReturnCall, "kept", returned=True)
)
_COPY_CONNECTIONS = sa.insert(ConnectionRecord).from_select(
    [column.name for column in _COPIED.selected_columns], _COPIED
)
_CONSENTS: sa.CompoundSelect[Any] = sa.union_all(
    sa.select(
        Call.sid,
        sa.literal("helpline"),
        Call.helpline_consent,
        sa.null().cast(sa.Text),
        Call.helpline_consent_at,
    ).where(
        Call.sid == sa.any_(_CALLS), Call.helpline_consent.is_not(None), Call.helpline_consent_at.is_not(None)
    ),
    sa.select(
        Promise.call,
        sa.literal("return-call"),
        Promise.consent_words,
        Promise.consent_key,
        Promise.consent_at,
    ).where(Promise.call == sa.any_(_CALLS)),
)
_COPY_CONSENTS = (
    insert(ConsentRecord)
    .from_select(["call", "what", "words", "key", "at"], _CONSENTS)
    .on_conflict_do_nothing(index_elements=["call", "what"])
)
_FORGET_CALLERS = (
    sa.update(ConnectionRecord)
    .where(ConnectionRecord.call == sa.any_(_CALLS), ConnectionRecord.caller_salt.is_not(None))
    .values(caller_salt=None)
    .returning(ConnectionRecord.id)
)


def copy_facts(session: Session, calls: list[str]) -> None:
    """Copy the connections and consents of calls that have ended. Running it again copies nothing."""
    salts = [secrets.token_bytes(SALT_BYTES) for _ in calls]
    session.execute(_COPY_CONNECTIONS, {"calls": calls, "salts": salts})
    session.execute(_COPY_CONSENTS, {"calls": calls})


def destroy_caller_salts(session: Session, calls: list[str]) -> int:
    """Destroy what leads from the log to the callers of these calls. Returns how many salts. The log still verifies."""
    return len(session.execute(_FORGET_CALLERS, {"calls": calls}).all())
