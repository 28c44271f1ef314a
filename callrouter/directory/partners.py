"""The partners of the directory in force."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.directory.faults import closest
from callrouter.directory.model import StoredPartner
from callrouter.errors import Fault

_LISTED = sa.select(StoredPartner.key).where(StoredPartner.listed).order_by(StoredPartner.key)
_IS_LISTED = sa.select(sa.exists().where(StoredPartner.key == sa.bindparam("partner"), StoredPartner.listed))


def listed_partners(session: Session) -> list[str]:
    """The keys of the partners that are in the directory now."""
    return list(session.execute(_LISTED).scalars())


def is_listed(session: Session, partner: str) -> bool:
    """Whether the partner is in the directory now."""
    return bool(session.execute(_IS_LISTED, {"partner": partner}).scalar())


def refuse_unlisted(session: Session, partner: str) -> None:
    """Raise Fault for a key that no partner of the directory has."""
    known = listed_partners(session)
    if partner not in known:
        meant = closest(partner, tuple(known))
        hint = f": did you mean {meant}?" if meant else ""
        raise Fault(f"no partner of the directory has the key {partner!r}{hint}")
