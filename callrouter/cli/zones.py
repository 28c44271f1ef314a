"""The option `--zone`, and the current month in a zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import click

from callrouter.cli.parameter_types import ParsedParameter
from callrouter.directory.faults import closest, quoted

Command = TypeVar("Command", bound=Callable[..., Any])

_UTC = "UTC"
_OF_NO_PLACE = frozenset({"Factory", "localtime"})
_EXAMPLE = "write an IANA name, such as America/Los_Angeles, or UTC"


def zone_named(written: str) -> tzinfo:
    """The zone of an IANA name. Raises ValueError with a suggestion."""
    if written.upper() == _UTC:
        return UTC
    names = available_timezones() - _OF_NO_PLACE
    if written in names:
        return ZoneInfo(written)
    meant = _meant(written, sorted(names))
    raise ValueError(
        f"there is no time zone {quoted(written)}: {f'did you mean {meant}?' if meant else _EXAMPLE}"
    )


def _meant(written: str, names: list[str]) -> str | None:
    """Suggest a zone: people often write only the city, with spaces and without capitals."""
    plain = written.strip().replace(" ", "_").casefold()
    whole = {name.casefold(): name for name in names}
    cities = {name.casefold().rpartition("/")[2]: name for name in reversed(names)}
    for known in (whole, cities) if "/" in plain else (cities, whole):
        if meant := closest(plain, tuple(known)):
            return known[meant]
    return None


ZONE = ParsedParameter("zone", zone_named)


def zone_option(command: Command) -> Command:
    """Add the option `--zone`; the command gets it as `zone`. It is read first, because dates depend on it."""
    return click.option(
        "--zone",
        type=ZONE,
        default=_UTC,
        show_default=True,
        is_eager=True,
        metavar="ZONE",
        help="The time zone of times and dates, such as America/Los_Angeles.",
    )(command)


def this_month(now: datetime, zone: tzinfo) -> str:
    """The current month in a zone, `2026-11`."""
    return f"{now.astimezone(zone):%Y-%m}"
