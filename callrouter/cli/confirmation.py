"""Actions that cannot be undone: `--dry-run` shows what they would do, and on a terminal they ask first.

The preview is the action itself, in a transaction that is rolled back. Without a terminal, or with `--yes`, it does
not ask.
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
    """The options `--dry-run` and `--yes` of an action."""

    dry_run: bool
    yes: bool

    @property
    def asks(self) -> bool:
        """Whether a person on a terminal must be asked."""
        return not self.dry_run and not self.yes and sys.stdin.isatty()


@dataclass(frozen=True)
class ActOutput(Generic[T]):
    """How the result of an action is printed: as sentences for people, as one row for programs (`form`)."""

    form: str
    in_words: Callable[[T], Lines]
    as_row: Callable[[T], Mapping[str, Any]]
    """`dry_run` is added to it"""
    preview: Callable[[T], Lines] | None = None
    """the words before the action, if they differ"""

    def print(self, result: T, *, dry_run: bool) -> None:
        if self.form != TABLE:
            row = {**self.as_row(result), "dry_run": dry_run}
            print_rows(self.form, tuple(row), [row])
        else:
            _say([DRY_RUN, *self.in_advance(result)] if dry_run else self.in_words(result))

    def in_advance(self, result: T) -> Lines:
        """The words before the action."""
        return (self.preview or self.in_words)(result)


def confirmation_options(command: Command) -> Command:
    """Add the options `--dry-run` and `--yes`; the command gets them as `confirmation`."""

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
    """Run an action and print its result. With `--dry-run`, only show it. On a terminal, show it and ask first.

    If it asks, the action runs twice, so it must keep nothing of the first run.
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
    """Show what an action does and ask for confirmation. Raises CommandFailure if it is refused."""
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
    """The action, except that it raises Fault, and changes nothing, if its result differs from what was shown."""

    def as_shown(session: Session) -> T:
        result = act(session)
        if list(in_words(result)) != list(shown):
            raise Fault("meanwhile it would do something else, so nothing was changed: look at it again")
        return result

    return as_shown


def _say(lines: Lines, *, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)
