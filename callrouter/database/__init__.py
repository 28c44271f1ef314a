"""The database, PostgreSQL, and how a domain function is run in one transaction.

A domain function takes a `Session` and executes SQLAlchemy's constructs. In workers, commands and reports that is
SQLAlchemy's own connection; in webhooks, where a caller waits, psycopg's pipeline behind the same method
(docs/decisions/0040).
"""

from callrouter.database.columns import Base, Instant, metadata
from callrouter.database.database import LOGIN, Database
from callrouter.database.roles import APPLICATION, PARTNER, Grants
from callrouter.database.row_security import CURRENT_PARTNER, PartnerRows, set_current_partner
from callrouter.database.session import (
    DuplicateKey,
    Result,
    RetryableError,
    Session,
    StaleVersion,
)

__all__ = [
    "APPLICATION",
    "CURRENT_PARTNER",
    "LOGIN",
    "PARTNER",
    "Base",
    "Database",
    "DuplicateKey",
    "Grants",
    "Instant",
    "PartnerRows",
    "Result",
    "RetryableError",
    "Session",
    "StaleVersion",
    "metadata",
    "set_current_partner",
]
