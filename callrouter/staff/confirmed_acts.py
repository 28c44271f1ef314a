"""Acts that staff confirmed, each once: the key of what was shown before is entered in the transaction of the act.

A second click sends the same confirmation again. It waits for the first, finds its key, and does nothing.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.staff.model import ConfirmedAct

_BEGIN = insert(ConfirmedAct).on_conflict_do_nothing(index_elements=["key"]).returning(ConfirmedAct.key)
_DONE = (
    sa.update(ConfirmedAct)
    .where(ConfirmedAct.key == sa.bindparam("of_key"))
    .values(sentence=sa.bindparam("told"))
)
_SENTENCE = sa.select(ConfirmedAct.sentence).where(ConfirmedAct.key == sa.bindparam("of_key"))


class ActDoneBefore(Exception):
    """The act was done by an earlier request with the same key."""


def begin_act(session: Session, key: str, now: datetime) -> None:
    """Enter the key. It waits for another transaction that has entered it. Raises ActDoneBefore."""
    if session.execute(_BEGIN, {"key": key, "done_at": now, "sentence": ""}).scalar() is None:
        raise ActDoneBefore


def end_act(session: Session, key: str, sentence: str) -> None:
    """Keep what was done, for whoever sends the confirmation again."""
    session.execute(_DONE, {"of_key": key, "told": sentence})


def act_done(session: Session, key: str) -> str | None:
    """What was done with this key; None: nothing yet."""
    sentence: str | None = session.execute(_SENTENCE, {"of_key": key}).scalar()
    return sentence
