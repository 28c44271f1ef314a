"""A cache for decisions: what a process need not compute or read twice.

The database stays the truth: positions never change, and a lineup knows until when it holds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.directory.directory import Directory, Helpline
from callrouter.routing.eligibility import Lineup, line_up
from callrouter.routing.model import LineupDocument, SeatPosition
from callrouter.routing.rotation import Pool

_POSITIONS = sa.select(SeatPosition.center, SeatPosition.position).where(
    SeatPosition.helpline == sa.bindparam("helpline")
)
_TAKE_POSITION = sa.insert(SeatPosition)
_STORE_LINEUP = (
    insert(LineupDocument).on_conflict_do_nothing(index_elements=["digest"]).returning(LineupDocument.digest)
)
_READ_LINEUP = sa.select(LineupDocument.document).where(LineupDocument.digest == sa.bindparam("digest"))

MOST_LINEUPS = 5_000

_LineupKey = tuple[int, str, str, bool]


class RoutingMemory:
    """The positions, lineups and pools that this process has met."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._positions: dict[str, dict[str, int]] = {}
        self._seated: dict[str, Helpline] = {}
        self._lineups: dict[_LineupKey, tuple[Lineup, datetime, datetime]] = {}
        self._by_digest: dict[str, Lineup] = {}
        self._stored: set[str] = set()
        self._pools: dict[tuple[str, str, str], Pool] = {}
        self._adding: dict[str, Session] = {}
        """helpline or digest: the session that has added to it, and may still fail"""

    def seated(self, session: Session, helpline: Helpline) -> Mapping[str, int]:
        """The position of each seat of a helpline in the present directory."""
        if self._seated.get(helpline.key) is helpline:
            return self._positions.get(helpline.key, {})
        positions = self.positions(session, helpline.key, (seat.center for seat in helpline.seats))
        if positions is self._positions.get(helpline.key):
            self._seated[helpline.key] = helpline
        return positions

    def positions(self, session: Session, helpline: str, centers: Iterable[str]) -> Mapping[str, int]:
        """The position of each seat. New seats get one. Hold the lock of the rotation.

        Only committed positions are cached: the transaction that gives a seat its position may fail.
        """
        wanted = set(centers)
        known = self._positions.get(helpline, {})
        if wanted <= known.keys():
            return known
        stored = {seat.center: seat.position for seat in session.execute(_POSITIONS, {"helpline": helpline})}
        if not wanted <= stored.keys():
            self._adding[helpline] = session
            return _take_positions(session, helpline, stored, wanted)
        if self._adding.get(helpline) is not session:
            self._adding.pop(helpline, None)
            self._positions[helpline] = stored
        return stored

    def lineup(
        self, directory: Directory, helpline: Helpline, state: str, now: datetime, *, for_promise: bool
    ) -> Lineup:
        """The present lineup for callers from this state."""
        key = (directory.version, helpline.key, state, for_promise)
        known = self._lineups.get(key)
        if known and known[1] <= now < known[2]:
            return known[0]
        lineup, until = line_up(directory, helpline, state, now, for_promise=for_promise)
        with self._lock:
            if len(self._lineups) > MOST_LINEUPS:
                self._forget()
            self._lineups[key] = (lineup, now, until)
            self._by_digest[lineup.digest] = lineup
        return lineup

    def store(self, session: Session, lineup: Lineup) -> None:
        """Store a lineup, so that it can be read by its digest."""
        if lineup.digest in self._stored:
            return
        added = session.execute(_STORE_LINEUP, {"digest": lineup.digest, "document": lineup.document}).all()
        if added:
            self._adding[lineup.digest] = session
        elif self._adding.get(lineup.digest) is not session:
            self._adding.pop(lineup.digest, None)
            self._stored.add(lineup.digest)

    def stored_lineup(self, session: Session, digest: str) -> Lineup:
        """A lineup by its digest."""
        known = self._by_digest.get(digest)
        if known is None:
            stored = session.execute(_READ_LINEUP, {"digest": digest}).one()
            known = self._by_digest[digest] = Lineup.from_document(stored.document)
        return known

    def pool(
        self,
        helpline: str,
        lineup: Lineup,
        language: str,
        passed_over: set[str],
        positions: Mapping[str, int],
    ) -> Pool:
        """The pool of a decision. The usual one, with no center passed over, is cached.

        It is cached only with committed positions: those of a failed transaction are given to other seats.
        """
        if passed_over or positions is not self._positions.get(helpline):
            return Pool.of(lineup.pool(language, passed_over), positions)
        key = (helpline, lineup.digest, language)
        known = self._pools.get(key)
        if known is None:
            known = self._pools[key] = Pool.of(lineup.pool(language, ()), positions)
        return known

    def _forget(self) -> None:
        self._lineups.clear()
        self._by_digest.clear()
        self._pools.clear()


def _take_positions(
    session: Session, helpline: str, stored: Mapping[str, int], wanted: set[str]
) -> dict[str, int]:
    positions = dict(stored)
    for center in sorted(wanted - stored.keys()):
        positions[center] = len(positions)
        session.execute(
            _TAKE_POSITION, {"helpline": helpline, "center": center, "position": positions[center]}
        )
    return positions
