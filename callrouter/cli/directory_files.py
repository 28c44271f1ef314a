"""Reads a directory file that is named on the command line."""

from __future__ import annotations

import click

from callrouter.directory.file import DirectoryFile, read_directory_file
from callrouter.errors import Fault

STDIN = "-"


def read_file(file: str) -> DirectoryFile:
    """The file, or standard input for `-`. Raises Fault where it cannot be read, DirectoryFaults where it is wrong."""
    name = "standard input" if file == STDIN else file
    try:
        with click.open_file(file, "rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        raise Fault(f"{name} cannot be read: {error.strerror or error}") from error
    return read_directory_file(content, name)
