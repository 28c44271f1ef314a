"""`callrouter directory`: the file of partners, centers, listings and helplines, all or nothing."""

from __future__ import annotations

import click

from callrouter.cli.db import contents
from callrouter.cli.progress import working
from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.toolbox import Toolbox, with_toolbox
from callrouter.directory.attempts import attempts_that_fit
from callrouter.directory.dump import dump_directory
from callrouter.directory.file import DirectoryFile, read_directory_file
from callrouter.directory.load import load_directory
from callrouter.errors import Fault

STDIN = "-"


@click.group()
def directory() -> None:
    """Who answers the telephone, and who pays: the directory file.

    \b
    Example:
      callrouter directory dump > directory.yaml
      callrouter directory check directory.yaml
      callrouter directory load directory.yaml
    """


@directory.command()
@click.argument("file")
@format_option
@with_toolbox
def load(toolbox: Toolbox, file: str, form: str) -> None:
    """Put a directory file in force, and tell what it changes.

    FILE is YAML or JSON; - is standard input. With any fault in it nothing is loaded, and every fault is
    told with its line.

    \b
    Example:
      callrouter directory load directory.yaml
    """
    with working(f"loading {file}"):
        read = _read(file)
        with toolbox.database.engine.begin() as connection:
            loaded = load_directory(connection, read.directory, toolbox.now(), read.source)
    rows = [
        {"section": section, "added": made.added, "changed": made.changed, "removed": made.removed}
        for section, made in loaded.changes.items()
    ]
    print_rows(form, ("section", "added", "changed", "removed"), rows)
    is_what = "is now" if loaded.changed else "says the same, so nothing has changed, and it stays"
    click.echo(f"Version {loaded.version} {is_what} in force: {contents(read.directory)}.", err=True)


@directory.command()
@click.argument("file")
@format_option
def check(file: str, form: str) -> None:
    """Check a directory file: every fault with its line, or how many attempts fit.

    FILE is YAML or JSON; - is standard input. Nothing is loaded. An attempt fits when it ends for certain
    within the helpline's longest wait.

    \b
    Example:
      callrouter directory check directory.yaml
    """
    with working(f"checking {file}"):
        checked = _read(file).directory
    rows = [
        {
            "helpline": helpline.key,
            "seats": len(helpline.seats),
            "max_wait_seconds": helpline.max_wait_seconds,
            "attempts_that_fit": attempts_that_fit(checked, helpline),
        }
        for helpline in checked.helplines.values()
    ]
    print_rows(form, ("helpline", "seats", "max_wait_seconds", "attempts_that_fit"), rows)
    click.echo(f"{file} is right: {contents(checked)}.", err=True)


@directory.command()
@with_toolbox
def dump(toolbox: Toolbox) -> None:
    """Print the directory in force as a file; loading it again changes nothing.

    \b
    Example:
      callrouter directory dump > directory.yaml
    """
    click.echo(dump_directory(toolbox.directory_in_force()), nl=False)


def _read(file: str) -> DirectoryFile:
    name = "standard input" if file == STDIN else file
    try:
        with click.open_file(file, "rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        raise Fault(f"{name} cannot be read: {error.strerror or error}") from error
    return read_directory_file(content, name)
