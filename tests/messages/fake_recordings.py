"""A carrier that has recordings and nothing else, kept in memory, and that fails when it is told to."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from callrouter.telephony import CallToPlace, CarriersCall, CarriersRecording, RefusedByCarrier


class Killed(BaseException):
    """The process ends here."""


class FakeRecordings:
    """The recordings of an account; `asked` is what was asked for, in order."""

    def __init__(self) -> None:
        self.recordings_by_sid: dict[str, CarriersRecording] = {}
        self.sounds: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._failures: dict[str, list[BaseException]] = {}
        self._deaths: set[str] = set()
        self._meanwhile: dict[str, Callable[[], object]] = {}

    def has(self, sid: str, call: str, sound: bytes, status: str = "completed") -> None:
        self.recordings_by_sid[sid] = CarriersRecording(sid, call, status, seconds=12)
        self.sounds[sid] = sound

    def fails(self, what: str, *failures: BaseException) -> None:
        """These come of the next times that it is asked this; nothing has happened then."""
        self._failures.setdefault(what, []).extend(failures)

    def meanwhile(self, what: str, deed: Callable[[], object]) -> None:
        """Somebody else does this, the next time that it is asked this and before it answers."""
        self._meanwhile[what] = deed

    def kills_after(self, what: str) -> None:
        """Whoever asks this next dies when it has happened."""
        self._deaths.add(what)

    def recording(self, sid: str) -> CarriersRecording | None:
        self._is_asked("recording")
        self._may_kill("recording")
        return self.recordings_by_sid.get(sid)

    def sound(self, sid: str) -> bytes:
        self._is_asked("sound")
        self._may_kill("sound")
        if sid not in self.sounds:
            raise RefusedByCarrier("404: there is no such recording")
        return self.sounds[sid]

    def delete_recording(self, sid: str) -> None:
        self._is_asked("delete")
        self.recordings_by_sid.pop(sid, None)
        self.sounds.pop(sid, None)
        self._may_kill("delete")

    def place_call(self, call: CallToPlace) -> str:
        raise NotImplementedError

    def calls(self, *, to: str, shown: str, since: datetime) -> Iterator[CarriersCall]:
        raise NotImplementedError

    def calls_of_day(self, day: date) -> Iterator[CarriersCall]:
        raise NotImplementedError

    def call(self, sid: str) -> CarriersCall | None:
        raise NotImplementedError

    def end_call(self, sid: str) -> None:
        raise NotImplementedError

    def _is_asked(self, what: str) -> None:
        self.asked.append(what)
        self._meanwhile.pop(what, lambda: None)()
        if self._failures.get(what):
            raise self._failures[what].pop(0)

    def _may_kill(self, what: str) -> None:
        if what in self._deaths:
            self._deaths.remove(what)
            raise Killed
