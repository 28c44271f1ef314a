"""Parameter types of the command line. A value that does not fit is wrong use."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from callrouter.errors import Fault
from callrouter.pasted_number import pasted_number
from callrouter.reports.period import moment

T = TypeVar("T")


class ParsedParameter(click.ParamType[Any]):
    """A parameter that is parsed by a function, which raises ValueError or Fault."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._meaning(value, ctx)
        except (ValueError, Fault) as error:
            self.fail(str(error), param, ctx)

    def _meaning(self, written: str, ctx: click.Context | None) -> Any:
        return self._read(written)


class _MomentParameter(ParsedParameter):
    """A date or a time. A date begins in the zone of `--zone` if the command has it, else in UTC."""

    def _meaning(self, written: str, ctx: click.Context | None) -> datetime:
        return moment(written, ctx.params.get("zone", UTC) if ctx else UTC)


class _NumberParameter(ParsedParameter):
    """A telephone number, or `-`: a line of standard input, which no list of processes and no history has."""

    def _meaning(self, written: str, ctx: click.Context | None) -> str:
        if written == FROM_STANDARD_INPUT:
            return pasted_number(sys.stdin.readline().strip())
        return pasted_number(written)


FROM_STANDARD_INPUT = "-"
NUMBER = _NumberParameter("number", pasted_number)
MOMENT = _MomentParameter("time", moment)
Moment = datetime | None
