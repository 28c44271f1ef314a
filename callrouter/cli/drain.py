"""`callrouter drain`: waits until what has been accepted is worked off, and in the evidence log."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import NamedTuple

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import CommandFailure
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_result
from callrouter.cli.zones import zone_option
from callrouter.events.heartbeat import STALE, evidence_complete_at, is_evidence_late, last_beat
from callrouter.reports.evidence_log import waiting_records
from callrouter.reports.waiting import waiting

LOOK_AGAIN_SECONDS = 0.1


class Backlog(NamedTuple):
    """What waits: facts for the workers, and records for the evidence log."""

    facts: int
    since: datetime | None
    set_aside: int
    records: int

    @property
    def is_waiting(self) -> bool:
        return bool(self.facts or self.records)


@click.command()
@click.option("--timeout", type=click.FloatRange(min=0), metavar="S", help="Give up after so many seconds.")
@format_option
@zone_option
@with_dependencies
def drain(dependencies: CommandDependencies, timeout: float | None, form: str, zone: tzinfo) -> None:
    """Wait until everything that has been accepted is worked off, and is in the evidence log.

    Records, charges and disclosures are written and logged then. It only waits; the workers and the outbox sweeper do
    the work. Facts that kept failing and were set aside are told, and end it with status 1. For programs it prints what
    still waits.

    \b
    Example:
      callrouter drain --timeout 30
    """
    left = _look(dependencies)
    if left.is_waiting:
        _tell_where_nobody_works(dependencies, left)
        with working("facts and records that wait") as tell:
            left = _wait(lambda: _look(dependencies), tell, timeout)
    if form != TABLE or left == Backlog(0, None, 0, 0):
        print_result(form, left._asdict(), "Everything is worked off.", zone)
    if left.is_waiting:
        what = f"{left.facts} facts" if left.facts else f"{left.records} records for the evidence log"
        raise CommandFailure(f"{what} still wait after {timeout:g} seconds: callrouter doctor tells why")
    if left.set_aside:
        raise CommandFailure(
            f"{left.set_aside} facts kept failing and were set aside: callrouter outbox list"
        )


def _look(dependencies: CommandDependencies) -> Backlog:
    """In this order: a fact that is worked off meanwhile has left its records."""
    with dependencies.reading() as connection:
        outbox = waiting(connection)
    with dependencies.reading() as connection:
        return Backlog(*outbox, waiting_records(connection))


def _wait(look: Callable[[], Backlog], tell: Callable[[int], None], timeout: float | None) -> Backlog:
    until = None if timeout is None else time.monotonic() + timeout
    while (left := look()).is_waiting and (until is None or time.monotonic() < until):
        tell(left.facts + left.records)
        time.sleep(LOOK_AGAIN_SECONDS)
    return left


def _tell_where_nobody_works(dependencies: CommandDependencies, left: Backlog) -> None:
    with dependencies.reading() as connection:
        beat_at, complete_at = last_beat(connection), evidence_complete_at(connection)
    if left.facts and (beat_at is None or dependencies.now() - beat_at > STALE):
        click.echo("No worker seems to be working; `make run` starts them.", err=True)
    if left.records and is_evidence_late(complete_at, dependencies.now()):
        click.echo(
            "Nobody seems to write the evidence log; `make run` starts outbox_sweeper, which does.", err=True
        )
