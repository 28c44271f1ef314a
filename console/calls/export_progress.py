"""How far each export is, for the page that shows it. It is known in this process, and to the one who exports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_KNOWN = 100


class ExportState(StrEnum):
    """Where an export stands."""

    RUNNING = "running"
    WHOLE = "whole"
    BROKEN_OFF = "broken off"


@dataclass(slots=True)
class ExportProgress:
    """An export: how many rows there are, and how many are written. `total` None: they are being counted."""

    account: int
    state: ExportState = ExportState.RUNNING
    rows: int = 0
    total: int | None = None


class ExportBoard:
    """The latest exports, by a token of the page that offers them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], ExportProgress] = {}
        self._lock = threading.Lock()

    def find(self, token: str, account: int) -> ExportProgress | None:
        """What is known of an export of this account; None: it has not begun, or was forgotten."""
        with self._lock:
            return self._known.get((token, account))

    def watched(
        self, token: str, account: int, export: Callable[[ExportProgress], Iterable[bytes]]
    ) -> Iterator[bytes]:
        """What the export writes. It is whole once all is taken, and broken off where it ends earlier."""
        progress = self._begin(token, account)
        try:
            yield from export(progress)
            progress.state = ExportState.WHOLE
        finally:
            if progress.state == ExportState.RUNNING:
                progress.state = ExportState.BROKEN_OFF

    def _begin(self, token: str, account: int) -> ExportProgress:
        progress, key = ExportProgress(account), (token, account)
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = progress
            ended = [each for each, known in self._known.items() if known.state != ExportState.RUNNING]
            for each in ended[: max(0, len(self._known) - MOST_KNOWN)]:
                del self._known[each]
        return progress
