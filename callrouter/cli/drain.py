"""`callrouter drain`: waits until the workers have worked off what has been accepted."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import tzinfo

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import CommandFailure
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_result
from callrouter.cli.zones import zone_option
from callrouter.events.heartbeat import STALE, last_beat
from callrouter.reports.waiting import OutboxBacklog, waiting

LOOK_AGAIN_SECONDS = 0.1


@click.command()
@click.option("--timeout", type=click.FloatRange(min=0), metavar="S", help="Give up after so many seconds.")
@format_option
@zone_option
@with_dependencies
def drain(dependencies: CommandDependencies, timeout: float | None, form: str, zone: tzinfo) -> None:
    """Wait until everything that has been accepted is worked off.

    Records, charges and disclosures are written then. It only waits; the workers do the work. Facts that
    kept failing and were set aside are told, and end it with status 1. For programs it prints what still waits.

    \b
    Example:
      callrouter drain --timeout 30
    """
    left = _look(dependencies)
    if left.facts:
        _tell_where_nobody_works(dependencies)
        with working("facts that wait") as tell:
            left = _wait(lambda: _look(dependencies), tell, timeout)
    if form != TABLE or left == OutboxBacklog(0, None, 0):
        print_result(form, left._asdict(), "Everything is worked off.", zone)
    if left.facts:
        raise CommandFailure(
            f"{left.facts} facts still wait after {timeout:g} seconds: callrouter doctor tells why"
        )
    if left.set_aside:
        raise CommandFailure(
            f"{left.set_aside} facts kept failing and were set aside: callrouter outbox list"
        )


def _look(dependencies: CommandDependencies) -> OutboxBacklog:
    with dependencies.reading() as connection:
        return waiting(connection)


def _wait(
    look: Callable[[], OutboxBacklog], tell: Callable[[int], None], timeout: float | None
) -> OutboxBacklog:
    until = None if timeout is None else time.monotonic() + timeout
    while (left := look()).facts and (until is None or time.monotonic() < until):
        tell(left.facts)
        time.sleep(LOOK_AGAIN_SECONDS)
    return left


def _tell_where_nobody_works(dependencies: CommandDependencies) -> None:
    with dependencies.reading() as connection:
        beat_at = last_beat(connection)
    if beat_at is None or dependencies.now() - beat_at > STALE:
        click.echo("No worker seems to be working; `make run` starts them.", err=True)
