"""`callrouter export`: streams rows into files and other programs."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import tzinfo
from tempfile import TemporaryFile
from typing import IO

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.output import STDOUT, written_to
from callrouter.cli.parameter_types import MOMENT, Moment
from callrouter.cli.progress import counted
from callrouter.cli.zones import zone_option
from callrouter.reports.exports import EXPORTS, Export
from callrouter.reports.period import Period
from callrouter.sheets.parts import write_workbook
from callrouter.sheets.text import Rows, csv_lines, json_lines, json_list

JSONL, JSON, CSV, XLSX = FORMS = ("jsonl", "json", "csv", "xlsx")
_A_PIECE = 1 << 16


@click.command()
@click.argument("what", type=click.Choice(tuple(EXPORTS)))
@click.option("--since", type=MOMENT, metavar="T", help="From this date or time on.")
@click.option("--until", type=MOMENT, metavar="T", help="Before this date or time.")
@click.option("--format", "form", type=click.Choice(FORMS), default=JSONL, show_default=True)
@click.option("--output", default=STDOUT, metavar="FILE", help="Write to a file, all or nothing.")
@zone_option
@with_dependencies
def export(  # noqa: PLR0913 - what its command line says
    dependencies: CommandDependencies,
    what: str,
    since: Moment,
    until: Moment,
    form: str,
    output: str,
    *,
    zone: tzinfo,
) -> None:
    """Stream calls, legs, charges, disclosures or promises.

    They come in the order of their time.

    T is a date (its beginning in --zone) or an RFC 3339 time. For calls and legs it is about the call's arrival,
    for charges about their posting, for disclosures and promises about when they were made. Calls, and their
    legs, are there once the call is over and worked off. What was only simulated says so in `simulated`.
    Among charges, the amount of a credit is what it takes off, and an adjustment has its sign. In a workbook,
    lists such as the legs of calls are sheets of their own, and the head of a time names its zone.

    \b
    Example:
      callrouter export charges --since 2026-11-01 --format csv
      callrouter export calls --until 2026-11-23T18:00:00Z | jq .outcome
      callrouter export calls --format xlsx --zone America/Los_Angeles --output calls.xlsx
    """
    if since and until and until < since:
        raise click.UsageError("--until is before --since")
    to_terminal = output == STDOUT and sys.stdout.isatty()
    if form == XLSX and to_terminal:
        raise click.UsageError("a workbook is not for a terminal: name a file with --output FILE")
    kind = EXPORTS[what]
    with dependencies.reading() as connection, written_to(output) as file:
        rows = counted(kind.rows(connection, Period(since, until)), f"{what} exported", shown=not to_terminal)
        if form == XLSX:
            _write_workbook(file, what, kind, rows, zone)
        else:
            _write_text(file, _in_text(form, kind.columns, rows, zone))


def _in_text(form: str, columns: tuple[str, ...], rows: Rows, zone: tzinfo) -> Iterator[str]:
    if form == CSV:
        return csv_lines(columns, rows, zone)
    return json_list(rows, zone) if form == JSON else json_lines(rows, zone)


def _write_text(file: IO[bytes], lines: Iterator[str]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    try:
        text.writelines(lines)
        text.flush()
    finally:
        # The caller closes the file.
        text.detach()


def _write_workbook(file: IO[bytes], name: str, kind: Export, rows: Rows, zone: tzinfo) -> None:
    """A workbook is put together at its end, going back and forth, as a pipe cannot."""
    with TemporaryFile() as whole:
        write_workbook(whole, name, kind.shape, rows, zone)
        whole.seek(0)
        while piece := whole.read(_A_PIECE):
            file.write(piece)
