"""Parameter types of the command line. A value that does not fit is wrong use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from callrouter.errors import Fault
from callrouter.reports.period import moment

T = TypeVar("T")

_AMERICAN = re.compile(r"1?([2-9]\d{9})", re.ASCII)


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


def telephone_number(written: str) -> str:
    """A number in the carrier's format, from common spellings. Other text stays as it is. *Pure.*

    `(844) 561-0606` is `+18445610606`. `anonymous`, or `+266696687`, is a withheld number.
    """
    bare = re.sub(r"[\s().-]", "", written)
    american = _AMERICAN.fullmatch(bare)
    if american:
        return f"+1{american[1]}"
    return bare if re.fullmatch(r"\+\d+", bare, re.ASCII) else written


NUMBER = ParsedParameter("number", telephone_number)
MOMENT = _MomentParameter("time", moment)
Moment = datetime | None
