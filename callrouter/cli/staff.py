"""`callrouter staff`: who may use the console."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, tzinfo

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.tables import format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.database import Session
from callrouter.directory.partners import refuse_unlisted
from callrouter.staff.accounts import (
    StaffAct,
    add_account,
    invite,
    list_accounts,
    normal_name,
    remove_account,
    reset_account,
)
from callrouter.staff.roles import Role
from callrouter.staff.tokens import token_hash

_COLUMNS = ("name", "role", "partner", "state", "seen_at", "added_at", "added_by")


@click.group()
def staff() -> None:
    """Who may use the console, and as what.

    \b
    Example:
      callrouter staff add ada@example.org --role operations
    """


@staff.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do."
)
@click.option("--partner", metavar="KEY", help="Whose person it is, with --role partner.")
@format_option
@zone_option
@with_dependencies
def add(
    dependencies: CommandDependencies, name: str, role: str, partner: str | None, form: str, zone: tzinfo
) -> None:
    """Add a person, and print the link by which they choose a password. It works once, within 72 hours.

    A person of a partner sees what is that partner's, and nothing else.

    \b
    Example:
      callrouter staff add ada@example.org --role operations
      callrouter staff add pat@sunrise.example --role partner --partner sunrise
    """
    if (role == Role.PARTNER) != (partner is not None):
        raise click.UsageError("--partner KEY goes with --role partner, and with no other")
    normal = normal_name(name)
    act = _act(dependencies)

    def prepared(session: Session) -> int:
        if partner is not None:
            refuse_unlisted(session, partner)
        return add_account(session, normal, Role(role), act, partner=partner)

    _print_link(dependencies, normal, prepared, form, zone)


@staff.command("list")
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, form: str, zone: tzinfo) -> None:
    """List who may use the console.

    \b
    Example:
      callrouter staff list
    """
    with dependencies.reading() as connection:
        rows = list_accounts(connection, dependencies.now())
    print_rows(form, _COLUMNS, [{column: getattr(row, column) for column in _COLUMNS} for row in rows], zone)


@staff.command()
@click.argument("name")
@format_option
@zone_option
@with_dependencies
def remove(dependencies: CommandDependencies, name: str, form: str, zone: tzinfo) -> None:
    """Remove a person. They are out of the console at their next click.

    \b
    Example:
      callrouter staff remove ada@example.org
    """
    act, normal = _act(dependencies), normal_name(name)
    dependencies.database.transact(lambda session: remove_account(session, normal, act))
    print_result(
        form, {"name": normal, "removed_at": act.at}, f"{normal} cannot use the console any more.", zone
    )


@staff.command()
@click.argument("name")
@format_option
@zone_option
@with_dependencies
def reset(dependencies: CommandDependencies, name: str, form: str, zone: tzinfo) -> None:
    """Print a new link for a person who forgot the password or lost the telephone.

    Their password, passkeys, recovery codes and sessions end at once.

    \b
    Example:
      callrouter staff reset ada@example.org
    """
    act, normal = _act(dependencies), normal_name(name)
    _print_link(dependencies, normal, lambda session: reset_account(session, normal, act), form, zone)


def _print_link(
    dependencies: CommandDependencies, name: str, prepared: Callable[[Session], int], form: str, zone: tzinfo
) -> None:
    """Prepare the account, and print its link. The database keeps only a hash of it."""
    token = secrets.token_urlsafe(32)

    def work(session: Session) -> datetime:
        return invite(session, prepared(session), token_hash(token), dependencies.now())

    expires = dependencies.database.transact(work)
    link = f"{dependencies.settings.public_url}/console/invitation/{token}"
    sentence = f"{name} chooses a password here, once, within 72 hours:\n  {link}"
    print_result(form, {"name": name, "link": link, "expires_at": expires}, sentence, zone)


def _act(dependencies: CommandDependencies) -> StaffAct:
    return StaffAct(user(), dependencies.now())
