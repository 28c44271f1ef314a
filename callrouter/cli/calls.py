"""`callrouter calls`: the latest calls, those in progress included."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.calls.states import (
    ABANDONED,
    ANSWERED,
    CRISIS,
    PROMISED,
    REFUSED,
    UNSERVED,
    VOICEMAIL,
)
from callrouter.cli.callers import whole
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.parameter_types import MOMENT, NUMBER, Moment
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.privacy.audit import Access
from callrouter.privacy.look_up import look_up
from callrouter.reports.calls.listed_calls import CallFilter, ListedCall, latest_calls
from callrouter.reports.period import Period

OUTCOMES = (ANSWERED, PROMISED, VOICEMAIL, ABANDONED, CRISIS, UNSERVED, REFUSED)
MOST = 100
SHOWN = ("sid", "arrived_at", "status", "outcome", "listing", "helpline", "ringing", "answered_by", "caller")


@click.group()
def calls() -> None:
    """Calls, the latest first; `show` tells one whole, and `export calls` streams those that are over.

    \b
    Example:
      callrouter calls list
      callrouter calls list --in-progress
    """


@calls.command("list")
@click.option("--since", type=MOMENT, metavar="T", help="Arrived at this date or time, or later.")
@click.option("--until", type=MOMENT, metavar="T", help="Arrived before this date or time.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Ended so; calls in progress have none.")
@click.option("--center", metavar="KEY", help="It was rung for the call, or returned it.")
@click.option("--partner", metavar="KEY", help="A center of it was rung for the call, or returned it.")
@click.option("--helpline", metavar="KEY", help="The call was one to it, or became one.")
@click.option("--caller", "number", type=NUMBER, metavar="NUMBER", help="Of this caller; with --reason.")
@click.option("--reason", type=REASON, help="Why a caller's calls are looked up, for the audit.")
@click.option("--in-progress", is_flag=True, help="Those alone that are not over.")
@click.option(
    "--limit", "most", type=click.IntRange(min=1), default=MOST, show_default=True, help="How many at most."
)
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, /, form: str, zone: tzinfo, most: int, **wanted: Any) -> None:
    """List calls by their arrival, the newest first, those in progress included.

    A call in progress has no outcome; its status tells where it stands, and `ringing` who is rung for it, or talks
    with the caller. Where there are more calls than --limit, how many more is said on stderr.

    T is a date (its beginning in --zone) or an RFC 3339 time. A caller's number, written in any way, is looked up by
    its match value: no number is opened, and before anything is shown the audit has who looked, when and why. Where
    the match values of a caller were erased, or purged after their time, no call is found.

    \b
    Example:
      callrouter calls list --since 2026-11-24 --outcome unserved
      callrouter calls list --center sunrise-la --in-progress
      callrouter calls list --caller "(310) 555-0188" --reason "the caller asks what became of it" --format json
    """
    _refuse_contradictions(**wanted)
    looked_for = _looked_for(dependencies, **wanted)
    with dependencies.reading() as connection, working("looking for calls"):
        found = latest_calls(connection, looked_for, most)
    print_rows(form, SHOWN if form == TABLE else tuple(ListedCall.__annotations__), found.calls, zone)
    if found.more:
        click.echo(f"{found.more} more: narrow it down, or let more be shown with --limit.", err=True)


def _refuse_contradictions(
    since: Moment, until: Moment, outcome: str | None, number: str | None, reason: str | None, **others: Any
) -> None:
    if since and until and until < since:
        raise click.UsageError("--until is before --since")
    if outcome and others["in_progress"]:
        raise click.UsageError("a call in progress has no outcome yet: leave out one of the two")
    if bool(number) != bool(reason):
        raise click.UsageError("--caller and --reason go together: who looks, and why, is kept in the audit")


def _looked_for(
    dependencies: CommandDependencies,
    since: Moment,
    until: Moment,
    number: str | None,
    reason: str | None,
    **others: Any,
) -> CallFilter:
    """The filter. A caller's number is looked up after the audit log has an entry."""
    match = _looked_up(dependencies, whole(number), reason) if number and reason else None
    return CallFilter(Period(since, until), caller_pseudonym=match, **others)


def _looked_up(dependencies: CommandDependencies, number: str, reason: str) -> str:
    vault, access = dependencies.vault, Access(user(), reason, dependencies.now())
    return dependencies.database.transact(lambda session: look_up(session, vault, number, access))
