"""How many exports run at once in this process: each holds a thread of the console, and pages need some, too."""

from __future__ import annotations

import weakref
from threading import BoundedSemaphore

MOST_AT_ONCE = 3
"""of the eight threads of the console"""


class ExportSlot:
    """One of the exports that may run. It is free again once it is released, or nobody holds it any more.

    An answer may be dropped before its first byte is taken: then nothing of it runs that could release the slot.
    """

    def __init__(self, slots: BoundedSemaphore) -> None:
        self.release = weakref.finalize(self, slots.release)


class RunningExports:
    """The slots of all exports, of staff and of partners alike."""

    def __init__(self) -> None:
        self._slots = BoundedSemaphore(MOST_AT_ONCE)

    def begin(self) -> ExportSlot | None:
        """A slot; None where as many exports run as may at once."""
        return ExportSlot(self._slots) if self._slots.acquire(blocking=False) else None
