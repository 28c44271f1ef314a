"""Two persons at once: the second begins while the first has not committed yet, and both have their way or not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import sqlalchemy as sa

from callrouter.database import Database, Session

Deed = Callable[[Session], Any]

_ANYTHING = sa.select(sa.literal(1))
LONG_ENOUGH = 0.5
"""seconds in which the second would be through, if it did not wait for the first"""


def meanwhile(database: Database, first: Deed, second: Deed) -> Any:
    """What came of the second: what it returned, or the error that it ended with."""
    with ThreadPoolExecutor(1) as pool:
        begun: list[Future[Any]] = []

        def deed(session: Session) -> None:
            first(session)
            session.execute(_ANYTHING).all()
            begun.append(pool.submit(database.transact, second))
            wait(begun, timeout=LONG_ENOUGH)

        database.transact(deed)
    return begun[0].exception() or begun[0].result()
