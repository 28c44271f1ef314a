"""What a deed of the call path is given: one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from callrouter.database.statement import Statement

Row = tuple[Any, ...]


class Session(Protocol):
    """One transaction on the call path: questions are asked at once, changes are told at the next occasion."""

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        """The rows of a query, or of a change with RETURNING."""

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        """The rows of several queries, in one round trip."""

    def tell(self, statement: Statement, **values: Any) -> None:
        """A change whose result nobody needs; it is sent with the next question or with the commit."""

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """The same change for many rows."""

    def once_committed(self, deed: Callable[[], None]) -> None:
        """Do this after the commit, and not at all where the transaction fails (what a process may remember)."""


class AlreadyThere(Exception):
    """A unique constraint said that this has been written before: the repetition changes nothing."""


class Disturbed(Exception):
    """The transaction did not happen (deadlock, lost connection) and may be run again as it was."""


class Overtaken(Disturbed):
    """What this was decided by is not in force any more; it has to be decided anew."""
