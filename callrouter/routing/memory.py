"""What a process remembers of the rotations, so that a decision need not work it out or read it again.

Nothing here is the truth: positions never change, lineups say until when they hold, and all of it is worked out
again when a process starts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime

from callrouter.database import Session, sql
from callrouter.directory.directory import Directory, Helpline
from callrouter.routing.eligibility import Lineup, line_up
from callrouter.routing.rotation import Pool

_POSITIONS = sql("SELECT center, position FROM seat WHERE helpline = :helpline")
_TAKE_POSITION = sql("INSERT INTO seat (helpline, center, position) VALUES (:helpline, :center, :position)")
_STORE_LINEUP = sql(
    "INSERT INTO lineup (digest, document) VALUES (:digest, :document) ON CONFLICT (digest) DO NOTHING"
)
_READ_LINEUP = sql("SELECT document FROM lineup WHERE digest = :digest")

MOST_LINEUPS = 5_000

_LineupKey = tuple[int, str, str, bool]


class RoutingMemory:
    """Positions, lineups and pools that this process has met."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._positions: dict[str, dict[str, int]] = {}
        self._seated: dict[str, Helpline] = {}
        self._lineups: dict[_LineupKey, tuple[Lineup, datetime, datetime]] = {}
        self._by_digest: dict[str, Lineup] = {}
        self._stored: set[str] = set()
        self._pools: dict[tuple[str, str, str], Pool] = {}

    def seated(self, session: Session, helpline: Helpline) -> Mapping[str, int]:
        """The position of each seat of a helpline as the directory has it now."""
        if self._seated.get(helpline.key) is helpline:
            return self._positions.get(helpline.key, {})
        positions = self.positions(session, helpline.key, (seat.center for seat in helpline.seats))
        session.once_committed(lambda: self._seated.update({helpline.key: helpline}))
        return positions

    def positions(self, session: Session, helpline: str, centers: Iterable[str]) -> Mapping[str, int]:
        """The position of each seat; new seats are given one. Whoever asks holds the rotation's lock."""
        known = self._positions.get(helpline, {})
        wanted = set(centers)
        if wanted <= known.keys():
            return known
        positions: dict[str, int] = dict(session.ask(_POSITIONS, helpline=helpline))
        for center in sorted(wanted - positions.keys()):
            positions[center] = len(positions)
            session.tell(_TAKE_POSITION, helpline=helpline, center=center, position=positions[center])
        session.once_committed(lambda: self._learn(helpline, positions))
        return positions

    def _learn(self, helpline: str, positions: Mapping[str, int]) -> None:
        """Positions that are committed stay; a transaction that ends late may know fewer than are known by now."""
        with self._lock:
            self._positions[helpline] = {**self._positions.get(helpline, {}), **positions}

    def lineup(
        self, directory: Directory, helpline: Helpline, state: str, now: datetime, *, for_promise: bool
    ) -> Lineup:
        """The lineup that holds now for callers from this state."""
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
        """Make sure that this lineup can be read again by its digest."""
        if lineup.digest not in self._stored:
            session.tell(_STORE_LINEUP, digest=lineup.digest, document=lineup.document)
            session.once_committed(lambda: self._stored.add(lineup.digest))

    def stored_lineup(self, session: Session, digest: str) -> Lineup:
        """A lineup by its digest, from memory or from the database."""
        known = self._by_digest.get(digest)
        if known is None:
            [(document,)] = session.ask(_READ_LINEUP, digest=digest)
            known = self._by_digest[digest] = Lineup.from_document(document)
        return known

    def pool(
        self,
        helpline: str,
        lineup: Lineup,
        language: str,
        passed_over: set[str],
        positions: Mapping[str, int],
    ) -> Pool:
        """The pool of a decision; the usual one, with nobody passed over, is worked out once.

        Only with positions that are committed: those of a transaction that fails are given to other seats.
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
