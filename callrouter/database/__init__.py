"""The database, PostgreSQL, and how a transaction is run on it.

There are two ways in. SQLAlchemy's engine is for the directory, reports and everything that nobody waits for on
a telephone. The *call path* uses `Session`: SQL that is sent in as few round trips as possible, because each costs
more than all of our own code (docs/decisions/0002).
"""

from callrouter.database.columns import Base, Instant, metadata
from callrouter.database.database import Database
from callrouter.database.session import (
    DuplicateKey,
    Result,
    RetryableError,
    Row,
    Session,
    StaleDirectory,
)
from callrouter.database.statement import Statement, inserting, selecting, sql, updating

__all__ = [
    "Base",
    "Database",
    "DuplicateKey",
    "Instant",
    "Result",
    "RetryableError",
    "Row",
    "Session",
    "StaleDirectory",
    "Statement",
    "inserting",
    "metadata",
    "selecting",
    "sql",
    "updating",
]
