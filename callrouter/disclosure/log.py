"""The log of disclosures, numbered without gaps. It has one writer at a time."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.database import Session
from callrouter.directory.model import StoredCenter
from callrouter.disclosure.model import Disclosure
from callrouter.events.model import OutboxFact

_LAST_SEQUENCE = sa.select(sa.func.coalesce(sa.func.max(Disclosure.sequence), 0)).scalar_subquery()
_IS_LOGGED = sa.exists().where(Disclosure.call == OutboxFact.call, Disclosure.turn == OutboxFact.turn)
_APPEND = sa.insert(Disclosure).from_select(
    ["sequence", "call", "turn", "at", "what", "center", "partner", "wording", "language", "words"],
    sa.select(
        _LAST_SEQUENCE + sa.func.row_number().over(order_by=OutboxFact.id),
        OutboxFact.call,
        OutboxFact.turn,
        OutboxFact.at,
        OutboxFact.what,
        OutboxFact.center,
        StoredCenter.partner,
        OutboxFact.wording,
        OutboxFact.language,
        OutboxFact.words,
    )
    .join_from(OutboxFact, StoredCenter, StoredCenter.key == OutboxFact.center, isouter=True)
    .where(OutboxFact.id == sa.any_(sa.bindparam("facts", type_=ARRAY(sa.BigInteger))), ~_IS_LOGGED),
)


def append(session: Session, facts: list[int]) -> None:
    """Append the disclosures of these facts. Only the process that settles the outbox calls this."""
    session.execute(_APPEND, {"facts": facts})
