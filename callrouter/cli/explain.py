"""`callrouter explain`: who would be rung now, who not and why."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.parameter_types import MOMENT, NUMBER, Moment
from callrouter.cli.tables import format_option, in_words, print_rows
from callrouter.cli.zones import zone_option
from callrouter.database import Session
from callrouter.directory.attempts import SpokenSeconds, longest_wait
from callrouter.directory.directory import Directory, Helpline, Listing
from callrouter.directory.faults import closest
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import NotKnown
from callrouter.phone import masked, state_of
from callrouter.routing.explain import WOULD_BE_RUNG, ExplainedCall, SeatStatus, why_listing_is_not_rung
from callrouter.routing.explain import explain as seats_now
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache

COLUMNS = ("turn", "center", "name", "tier", "weight", "credit", "rung_after", "status")


@click.command()
@click.argument("number", type=NUMBER)
@click.option(
    "--from", "caller", type=NUMBER, metavar="N", help="The caller's number, for the caller's state."
)
@click.option("--at", type=MOMENT, metavar="TIME", help="Hours and licenses as at this time; absent: now.")
@format_option
@zone_option
@with_dependencies
def explain(
    dependencies: CommandDependencies, /, form: str, zone: tzinfo, number: str, caller: str | None, at: Moment
) -> None:
    """Tell who would be rung now, who not and why; change nothing.

    On a helpline, `turn` is the order in which one call would ring the seats if nobody answered, `credit` what
    a seat is owed, in calls, and `rung_after` after how many seconds it would be rung at the latest: the greeting,
    the announcements and the ringing before it. With --at, credits, lines and caps are still those of now.

    \b
    Example:
      callrouter explain +18445610606 --from +13105550188
      callrouter explain +18445610606 --at 2026-12-25T09:00:00-08:00
    """
    moment = at or dependencies.now()
    with dependencies.reading() as connection:
        session = connection
        directory = DirectoryCache().in_force(session)
        whose = _whose(directory, number)
        state = state_of(caller or "")
        call = ExplainedCall(state, moment, dependencies.settings.simulated)
        spoken = spoken_seconds(WordingsCache().in_force(session))
        rows = _rows(session, directory, whose, call, spoken)
    about = _about(directory, whose, caller, state, in_words(moment, zone))
    click.echo(about + _about_waiting(directory, whose, spoken), err=True)
    print_rows(form, COLUMNS, rows)


def _whose(directory: Directory, number: str) -> Listing | Helpline:
    whose = directory.listing_at.get(number) or directory.helpline_at.get(number)
    if whose is None:
        meant = closest(number, tuple(sorted(directory.own_numbers)))
        hint = f"did you mean {meant}?" if meant else "`callrouter directory dump` shows those in force"
        raise NotKnown(f"{number} is no number of a listing or helpline: {hint}")
    return whose


def _rows(
    session: Session,
    directory: Directory,
    whose: Listing | Helpline,
    call: ExplainedCall,
    spoken: SpokenSeconds,
) -> list[dict[str, Any]]:
    if isinstance(whose, Helpline):
        seats = seats_now(session, directory, whose, call, spoken)
        return [_seat_row(directory, seat) for seat in seats]
    return [_listing_row(directory, whose, why_listing_is_not_rung(session, directory, whose, call.at))]


def _seat_row(directory: Directory, now: SeatStatus) -> dict[str, Any]:
    return {
        "turn": now.turn,
        "center": now.seat.center,
        "name": directory.centers[now.seat.center].name,
        "tier": now.seat.tier,
        "weight": now.seat.weight,
        "credit": f"{now.credit:.3f}",
        "rung_after": now.rung_after,
        "status": now.status,
    }


def _listing_row(directory: Directory, listing: Listing, why_not: str | None) -> dict[str, Any]:
    """A listing's call reaches its center or nobody, so there is no rotation."""
    return {
        **dict.fromkeys(COLUMNS),
        "turn": None if why_not else 1,
        "center": listing.center,
        "name": directory.centers[listing.center].name,
        "status": why_not or WOULD_BE_RUNG,
    }


def _about(directory: Directory, whose: Listing | Helpline, caller: str | None, state: str, at: str) -> str:
    kind = "helpline" if isinstance(whose, Helpline) else "listing"
    who = masked(caller) if caller else "a caller"
    where = f"from {state}" if state else "from an unknown state (--from tells it)"
    return f"{kind} {whose.key}, version {directory.version}, at {at}, {who} {where}"


def _about_waiting(directory: Directory, whose: Listing | Helpline, spoken: SpokenSeconds) -> str:
    if isinstance(whose, Listing):
        return ""
    longest = longest_wait(directory, whose, spoken)
    return (
        f"\nIts last attempt ends within {longest} s of the call's arrival"
        f" (max_wait_seconds {whose.max_wait_seconds})."
    )
