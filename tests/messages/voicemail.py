"""Messages of a helpline's callers: left, fetched by a worker, played, and deleted when they are old."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from callrouter.database import Database, Session
from callrouter.messages.delete import delete_old_messages
from callrouter.messages.fetch import fetch_next
from callrouter.messages.play import delete_on_request, play
from callrouter.privacy.audit import Access
from callrouter.telephony import Carrier
from tests.messages.fake_recordings import FakeRecordings, Killed
from tests.messages.sounds import SOMEBODY_SPEAKS
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

T = TypeVar("T")
REASON = "the center asked what was said"


class Voicemail:
    """The messages of a world, and the carrier that has their sound."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.recordings = FakeRecordings()
        self.carrier: Carrier = self.recordings
        self.database: Any = world.database

    def leaves(self, sound: bytes = SOMEBODY_SPEAKS, status: str = "completed", **seen: Any) -> PlacedCall:
        """A caller of the helpline, whom nobody answers, leaves a message."""
        call = self.world.caller(**seen).presses("", "2").says(12).dials(NATIONAL)
        self.recordings.has(self.sid_of(call), call.sid, sound, status)
        return call

    def sid_of(self, call: PlacedCall) -> str:
        """Of its recording."""
        assert call.message
        sid: str = call.message["recording"]
        return sid

    def takes_a_step(self) -> bool:
        self.world.catch_up()
        return fetch_next(self.database, self.carrier, self.world.vault, self.world.clock.now())

    def works(self) -> int:
        """Until nothing more is due, or the carrier is to be left alone; how many steps."""
        steps = 0
        while self.takes_a_step():
            steps += 1
        return steps

    def works_until_killed(self) -> bool:
        """Whether somebody died over it."""
        try:
            self.works()
        except Killed:
            return True
        return False

    def deletes_old(self, days: int = 30) -> int:
        now = self.world.clock.now()
        return self.world.database.transact(
            lambda session: delete_old_messages(session, now - timedelta(days=days), now)
        )

    def plays(self, call: PlacedCall, who: str = "dora") -> bytes:
        access = Access(who, REASON, self.world.clock.now())
        return self.world.database.transact(lambda session: play(session, self.world.vault, call.sid, access))

    def has_deleted(self, call: PlacedCall, who: str = "dora") -> None:
        access = Access(who, REASON, self.world.clock.now())
        self.world.database.transact(lambda session: delete_on_request(session, call.sid, access))

    def of(self, call: PlacedCall) -> dict[str, Any]:
        """What is stored of its sound."""
        [row] = self.world.rows("recording", call=call.sid)
        return row

    def state_of(self, call: PlacedCall) -> str:
        state: str = self.of(call)["state"]
        return state

    def at_carrier(self, call: PlacedCall) -> bool:
        """Whether the carrier still has its sound."""
        return self.sid_of(call) in self.recordings.sounds


class MortalDatabase:
    """A database whose user dies in the n-th transaction: before it is committed, or right after."""

    def __init__(self, database: Database, dies_in: int, *, after_the_commit: bool) -> None:
        self._database = database
        self._left = dies_in
        self._after = after_the_commit

    def transact(self, deed: Callable[[Session], T]) -> T:
        self._left -= 1
        if self._left:
            return self._database.transact(deed)
        if not self._after:
            return self._database.transact(lambda session: self._dies(session, deed))
        self._database.transact(deed)
        raise Killed

    def _dies(self, session: Session, deed: Callable[[Session], T]) -> T:
        deed(session)
        raise Killed
