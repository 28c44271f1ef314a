"""The web process of a world. An application takes longer to make than a call takes, so one serves many worlds."""

from __future__ import annotations

from typing import Any

from callrouter.promises.return_calls.dependencies import ReturnCallDependencies
from webhooks.app import webhooks_app
from webhooks.door import Door

_ended: list[WebProcess] = []


class Current:
    """Passes on to the object of the present world."""

    target: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


def current() -> Any:
    """Typed as what it stands for."""
    return Current()


class WebProcess:
    """An application that keeps nothing: all that it knows is in the collaborators with which it was started last."""

    def __init__(self) -> None:
        self._door, self._returned, self._dependencies = current(), current(), current()
        self._door.dependencies = self._dependencies
        self.app = webhooks_app(self._door, self._returned)

    def starts(self, door: Door, returned: ReturnCallDependencies) -> None:
        self._door.target, self._returned.target = door, returned
        self._dependencies.target = door.dependencies

    def ends(self) -> None:
        """Another world may have it."""
        if self not in _ended:
            _ended.append(self)


def web_process() -> WebProcess:
    """One that no other world has."""
    return _ended.pop() if _ended else WebProcess()
