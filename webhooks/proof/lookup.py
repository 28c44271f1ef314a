"""Looks up what a code leads to: few at a time, so that a flood of codes takes no thread and no connection of calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.reports.caller_proof import CallerProof, proof_for_code
from callrouter.reports.reading import reading

MOST_AT_ONCE = 2
LONGEST_READING = "3s"


class LookupBusy(Exception):
    """Others are being looked up, or the database does not answer."""


class ProofLookup:
    """Proofs by their codes, read from the database."""

    def __init__(self, database: Database, most_at_once: int = MOST_AT_ONCE) -> None:
        self._database = database
        self._directories = DirectoryCache()
        self._places = BoundedSemaphore(most_at_once)

    def proof(self, code: str) -> CallerProof | None:
        """The proof that this code leads to. Raises LookupBusy, or NotLoggedYet."""
        with self._place():
            try:
                with reading(self._database.engine) as connection:
                    connection.execute(
                        sa.select(sa.func.set_config("statement_timeout", LONGEST_READING, True))
                    )
                    return proof_for_code(connection, self._directories, code)
            except (SQLAlchemyError, psycopg.Error) as error:
                raise LookupBusy from error

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise LookupBusy
        try:
            yield
        finally:
            self._places.release()
