"""Who answers, in memory: one request a minute reads it from the database, all others get what is there.

So a page that is put into other websites takes no thread and no connection from callers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import CallRouterError, Fault
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.signed_documents import signer_of
from callrouter.evidence.stored_tree import log_identity
from callrouter.reports.reading import reading
from callrouter.reports.who_answers.document import WhoAnswers, WhoAnswersQuestion
from callrouter.reports.who_answers.shares import ShareCache

RENEWED_AFTER = timedelta(minutes=1)
TRIED_AGAIN_AFTER = timedelta(seconds=10)
"""when the database did not answer"""
OLD_AFTER = timedelta(minutes=2)
"""the age that is told"""
FIRST_ONE_SECONDS = 2
"""how long others wait for the first answer of a process"""
LONGEST_READING = "8s"
MOST_MOMENTS = 16
"""of the past, in memory"""


class AnswerUnavailable(CallRouterError):
    """Nothing is in memory, and the database does not answer, or is being asked by another request."""


class RenderedAnswer(NamedTuple):
    """A complete response body, and the tag that changes with it."""

    content: bytes
    etag: str


@dataclass(frozen=True)
class PublicAnswer:
    """A document, who signs it (None: the key is not here), when it was read, and what was rendered of it."""

    document: WhoAnswers
    signer: NoteSigner | None
    read_at: datetime
    rendered: dict[Hashable, RenderedAnswer] = field(default_factory=dict, compare=False)

    def age_in_minutes(self, now: datetime) -> int | None:
        """None while it is as new as it should be."""
        age = now - self.read_at
        return int(age / timedelta(minutes=1)) if age >= OLD_AFTER and not self.document["is_past"] else None


class PublicAnswers:
    """The latest answer, and some of past moments.

    `seed` returns the private key of the evidence log, if it is here.
    """

    def __init__(self, database: Database, seed: Callable[[], bytes | None], *, simulated: bool) -> None:
        self._database = database
        self._seed = seed
        self._question = WhoAnswersQuestion(DirectoryCache(), ShareCache(), simulated)
        self._renewing, self._looking_back = Lock(), Lock()
        self._latest: PublicAnswer | None = None
        self._next: datetime | None = None
        self._past: OrderedDict[datetime, PublicAnswer] = OrderedDict()

    def now(self, now: datetime) -> PublicAnswer:
        """Who answers now, at most a minute old while the database answers. Raises AnswerUnavailable or NotKnown."""
        nothing_yet = self._latest is None
        patience = FIRST_ONE_SECONDS if nothing_yet else 0
        if (nothing_yet or self._is_due(now)) and self._renewing.acquire(timeout=patience):
            try:
                # Another request may have done it in the meantime.
                if self._is_due(now):
                    self._renew(now)
            finally:
                self._renewing.release()
        if self._latest is None:
            raise AnswerUnavailable("who answers is being looked up: ask again in some seconds")
        return self._latest

    def past(self, at: datetime, now: datetime) -> PublicAnswer:
        """Who answered then. One request at a time asks the database. Raises AnswerUnavailable or NotKnown."""
        if known := self._past.get(at):
            return known
        if not self._looking_back.acquire(blocking=False):
            raise AnswerUnavailable("another moment is being looked up: ask again in some seconds")
        try:
            found = self._read(lambda connection: self._question.past(connection, at), now)
            if found.signer:
                self._remember(at, found)
        finally:
            self._looking_back.release()
        return found

    def _is_due(self, now: datetime) -> bool:
        return self._next is None or now >= self._next

    def _renew(self, now: datetime) -> None:
        """What is there stays when there is no better answer."""
        self._next = now + TRIED_AGAIN_AFTER
        try:
            self._latest = self._read(lambda connection: self._question.now(connection, now), now)
        except AnswerUnavailable:
            if self._latest is None:
                raise
        else:
            self._next = now + RENEWED_AFTER

    def _read(self, question: Callable[[sa.Connection], WhoAnswers], now: datetime) -> PublicAnswer:
        try:
            with reading(self._database.engine) as connection:
                connection.execute(sa.select(sa.func.set_config("statement_timeout", LONGEST_READING, True)))
                signer = signer_of(log_identity(connection), self._seed())
                return PublicAnswer(question(connection), signer, now)
        except (SQLAlchemyError, psycopg.Error) as error:
            raise AnswerUnavailable("the database does not answer: ask again in some seconds") from error
        except Fault as error:
            raise AnswerUnavailable(str(error)) from error

    def _remember(self, at: datetime, found: PublicAnswer) -> None:
        self._past[at] = found
        while len(self._past) > MOST_MOMENTS:
            self._past.popitem(last=False)
