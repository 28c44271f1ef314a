"""What follows when a process dies by itself (pure): another start after a growing wait, or giving up."""

MOST = 5
WITHIN = 60.0
FIRST_WAIT = 0.2


class Deaths:
    """The recent deaths of one process, by a clock in seconds."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def wait_after(self, now: float) -> float | None:
        """The seconds until it is started again, or None when it has died too often to go on."""
        self._times = [time for time in self._times if now - time < WITHIN] + [now]
        if len(self._times) >= MOST:
            return None
        return float(FIRST_WAIT * 2 ** (len(self._times) - 1))
