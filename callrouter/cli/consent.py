"""Acts that cannot be undone: `--dry-run` only shows what they would do, and on a terminal they are asked about.

What is shown is the act itself, carried out in a transaction that is rolled back. A script, without a terminal, is not
asked; nor is who says `--yes`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

import click

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.failures import CommandFailure
from callrouter.cli.tables import TABLE, print_rows
from callrouter.database import Session
from callrouter.errors import Fault

Command = TypeVar("Command", bound=Callable[..., Any])
T = TypeVar("T")
Lines = Sequence[str]

DRY_RUN = "Dry run, nothing is changed:"
_PREVIEW = "Nothing is changed yet. This is what it does:"


@dataclass(frozen=True, slots=True)
class ActOptions:
    """Whether an act is only shown, and whether somebody has confirmed to it beforehand."""

    dry_run: bool
    yes: bool

    @property
    def asks(self) -> bool:
        """Whether a person is there to be asked, and has not said yes."""
        return not self.dry_run and not self.yes and sys.stdin.isatty()


@dataclass(frozen=True)
class ActOutput(Generic[T]):
    """How what comes of an act is printed: to people in words, to programs as one row, in the format `form`."""

    form: str
    in_words: Callable[[T], Lines]
    as_row: Callable[[T], Mapping[str, Any]]
    """`dry_run` is added to it"""
    preview: Callable[[T], Lines] | None = None
    """the words before the act, where they are others"""

    def print(self, result: T, *, dry_run: bool) -> None:
        if self.form != TABLE:
            row = {**self.as_row(result), "dry_run": dry_run}
            print_rows(self.form, tuple(row), [row])
        else:
            _say([DRY_RUN, *self.in_advance(result)] if dry_run else self.in_words(result))

    def in_advance(self, result: T) -> Lines:
        """What is said before the act."""
        return (self.preview or self.in_words)(result)


def confirmation_options(command: Command) -> Command:
    """The options `--dry-run` and `--yes`, arguments to the command as `confirmation`."""

    @click.option("--dry-run", is_flag=True, help="Only show what it would do.")
    @click.option("--yes", is_flag=True, help="Do not ask, also on a terminal.")
    @wraps(command)
    def with_confirmation(*arguments: Any, dry_run: bool, yes: bool, **options: Any) -> Any:
        return command(*arguments, confirmation=ActOptions(dry_run, yes), **options)

    return with_confirmation  # type: ignore[return-value]


def carry_out(
    dependencies: CommandDependencies,
    confirmation: ActOptions,
    act: Callable[[Session], T],
    answer: ActOutput[T],
) -> None:
    """Carry out an act and print what came of it; or only what would; or show that, ask, and carry out what was shown.

    The act is run twice where it is asked about, so it must not keep anything of the first time.
    """
    if confirmation.dry_run:
        answer.print(dependencies.database.dry_run(act), dry_run=True)
        return
    if confirmation.asks:
        shown = answer.in_advance(dependencies.database.dry_run(act))
        ask([_PREVIEW, *shown])
        act = _only_as_shown(act, answer.in_advance, shown)
    answer.print(dependencies.database.transact(act), dry_run=False)


def ask(shown: Lines) -> None:
    """Show what an act does and ask whether it is wanted. Raises CommandFailure where it is not."""
    _say(shown, err=True)
    try:
        confirmed = click.confirm("Go ahead? It cannot be undone", err=True)
    except click.Abort:
        click.echo(err=True)
        confirmed = False
    if not confirmed:
        raise CommandFailure("Nothing was changed.")


def _only_as_shown(
    act: Callable[[Session], T], in_words: Callable[[T], Lines], shown: Lines
) -> Callable[[Session], T]:
    """The act, which raises Fault, and so changes nothing, where it does something else by now."""

    def as_shown(session: Session) -> T:
        result = act(session)
        if list(in_words(result)) != list(shown):
            raise Fault("meanwhile it would do something else, so nothing was changed: look at it again")
        return result

    return as_shown


def _say(lines: Lines, *, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)
