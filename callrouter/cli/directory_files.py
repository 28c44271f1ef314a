"""Reads a directory file named on the command line."""

from __future__ import annotations

from typing import Any

import click

from callrouter.cli.tables import TABLE, print_rows
from callrouter.directory.directory_file.read import DirectoryFile, read_directory_file
from callrouter.directory.faults import DirectoryFault, DirectoryFaults
from callrouter.errors import Fault

STDIN = "-"
FAULT = ("line", "column", "fault", "mend")


def read_file(file: str, form: str) -> DirectoryFile:
    """Read the file, or standard input for `-`. Raises Fault if it cannot be read, DirectoryFaults if it is wrong.

    For programs (`form` is not a table) all faults are printed as rows.
    """
    name = "standard input" if file == STDIN else file
    try:
        with click.open_file(file, "rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        raise Fault(f"{name} cannot be read: {error.strerror or error}") from error
    try:
        return read_directory_file(content, name)
    except DirectoryFaults as faults:
        if form != TABLE:
            print_rows(form, FAULT, [_as_row(fault) for fault in faults.faults])
        raise


def _as_row(fault: DirectoryFault) -> dict[str, Any]:
    return {"line": fault.place.line, "column": fault.place.column, "fault": fault.what, "mend": fault.mend}
