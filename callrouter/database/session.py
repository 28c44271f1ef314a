"""One transaction, as a domain function is given it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

Parameters = Mapping[str, Any]
"""the value of each bind parameter or column, by its name"""


class Result(Protocol):
    """The rows of a statement; a row has its columns as attributes. A part of SQLAlchemy's `CursorResult`."""

    def all(self) -> Sequence[Any]:
        """All rows."""

    def one(self) -> Any:
        """The only row. Raises NoResultFound or MultipleResultsFound."""

    def one_or_none(self) -> Any:
        """The only row; None where there is none. Raises MultipleResultsFound."""

    def first(self) -> Any:
        """The first row; None where there is none."""

    def scalar(self) -> Any:
        """The first column of the first row; None where there is none."""

    def scalars(self) -> Iterator[Any]:
        """The first column of each row."""

    def __iter__(self) -> Iterator[Any]:
        """All rows."""


class Session(Protocol):
    """One transaction. Whoever opened it commits it; nobody else does."""

    def execute(self, statement: sa.Executable, parameters: Parameters | None = None, /) -> Result:
        """Execute a statement. An error of a statement whose result nobody reads may come with the commit."""


class DuplicateKey(Exception):
    """A unique constraint says that this was written before. The repetition changes nothing."""


class RetryableError(Exception):
    """The transaction did not happen (deadlock, lost connection). It may be run again as it was."""


class StaleVersion(RetryableError):
    """The directory, or the wordings, that this was decided by are not in force any more. It is decided again."""
