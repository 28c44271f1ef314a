"""How long a process that died waits for its next start (pure): longer each time, and never for ever."""

FIRST = 0.2
LONGEST = 60.0
LIVED_WELL = 60.0
"""seconds; a process that lived as long as that begins anew"""


class Backoff:
    """The waits of one process, in seconds. None is longer than `longest`."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._next = FIRST

    def wait_after(self, lived: float) -> float:
        """The wait after a life of that many seconds."""
        wait = FIRST if lived >= LIVED_WELL else self._next
        self._next = min(2 * wait, self._longest)
        return wait
