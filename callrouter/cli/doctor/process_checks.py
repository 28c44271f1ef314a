"""The checks of processes: whether each kind was seen recently."""

from __future__ import annotations

from collections.abc import Callable

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.events.heartbeat import BEAT, EXTERNAL, OUTBOX_SWEEPER, WEB, WORKER, last_seen


def process(kind: str, never: str, mend: str) -> Callable[[CommandDependencies], str]:
    """Check that a kind of process was seen recently. `never` says what it means if it was never seen."""

    def examine(dependencies: CommandDependencies) -> str:
        with dependencies.reading() as connection:
            [found] = [each for each in last_seen(connection, dependencies.now()) if each.process == kind]
        if found.age is None:
            raise FailedCheck(never, mend)
        if found.stale:
            raise FailedCheck(f"last seen {found.age:.0f} seconds ago", mend)
        return f"seen {found.age:.0f} seconds ago"

    return examine


web = process(
    WEB,
    "no web server has written to the database yet",
    "start web: `make run`, or the process of the Procfile",
)
workers = process(
    WORKER,
    "no task has come through the broker and a worker yet",
    "`make run` starts worker and beat; their lines tell what is wrong",
)
external = process(
    EXTERNAL,
    "they have not had a turn yet: nobody is called back",
    "`make run` starts external and beat; elsewhere start both processes of the Procfile",
)
beat = process(
    BEAT,
    "no message of beat has come through the broker and a worker yet",
    "start beat: `make run`, or the process of the Procfile; without a broker or a worker it is not seen either",
)
outbox_sweeper = process(
    OUTBOX_SWEEPER,
    "it has not looked at the outbox yet",
    "start outbox_sweeper again: `make run`, or the process of the Procfile",
)
