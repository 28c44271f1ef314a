"""`callrouter privacy`: what is kept of callers' numbers; purge, erasure, and rotation of the vault key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

import click

from callrouter.cli.callers import whole
from callrouter.cli.confirmation import (
    DRY_RUN,
    ActOptions,
    ActOutput,
    ask,
    carry_out,
    confirmation_options,
)
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.parameter_types import NUMBER
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.erasure import erase_caller
from callrouter.phone import masked
from callrouter.privacy.acts import NOTHING, Actor, Destroyed
from callrouter.privacy.audit import Access
from callrouter.privacy.erase import ErasureResult
from callrouter.privacy.pseudonyms import pseudonyms_of
from callrouter.privacy.purge import HeldBack
from callrouter.privacy.rotate import RotationResult
from callrouter.privacy.rotate import rotate as rotate_master_key
from callrouter.reports.privacy.status import KeptCount, PrivacyStatus, privacy_status
from config.vault import key_store, source_of_ring

STATUS = ("what", "count", "oldest", "newest", "detail")
ASKED = "the caller asked"
ROTATION = "rotation"


@click.group()
def privacy() -> None:
    """Callers' numbers: what is kept of them, and how it is destroyed.

    \b
    Example:
      callrouter privacy status
      callrouter privacy erase +13105550188
    """


@privacy.command()
@format_option
@zone_option
@with_dependencies
def status(dependencies: CommandDependencies, form: str, zone: tzinfo) -> None:
    """Show which keys there are, what is kept, what the next purge takes, and what is held back and why.

    \b
    Example:
      callrouter privacy status
      callrouter privacy status --format json
    """
    source = source_of_ring(dependencies.settings)
    vault, purger = dependencies.vault, dependencies.purger
    with dependencies.reading() as connection:
        found = privacy_status(connection, purger, vault, source, dependencies.now())
    print_rows(form, STATUS, list(_status_rows(found)), zone)


@privacy.command()
@confirmation_options
@format_option
@with_dependencies
def purge(dependencies: CommandDependencies, form: str, *, confirmation: ActOptions) -> None:
    """Destroy now what is older than its retention. The schedule does the same once a day.

    What is still needed is held back: the number of an open promise, for example. If it is stopped, it goes on at the
    next time where it was.

    \b
    Example:
      callrouter privacy purge --dry-run
      callrouter privacy purge
    """
    purger, now = dependencies.purger, dependencies.now()
    with dependencies.reading() as connection:
        due, held_back = purger.due(connection, now), purger.held_back(connection, now)
    if confirmation.asks:
        ask(["Nothing is changed yet. This is what it does:", *_purge_lines(due, held_back)])
    if not confirmation.dry_run:
        with working("purging"):
            due = sum(purger.purge(Actor(now, user())), NOTHING)
    _print_purge(form, due, held_back, dry_run=confirmation.dry_run)


@privacy.command()
@click.argument("number", type=NUMBER)
@click.option("--reason", type=REASON, default=ASKED, show_default=True, help="Why, for the evidence log.")
@confirmation_options
@format_option
@with_dependencies
def erase(
    dependencies: CommandDependencies, number: str, reason: str, form: str, *, confirmation: ActOptions
) -> None:
    """Destroy all that leads to a caller: sealed numbers, messages, match values. It cannot be undone.

    Open promises to the caller are withdrawn. A wish not to be called stays. Charges, invoices and evidence stay as
    they are.

    \b
    Example:
      callrouter privacy erase +13105550188
    """
    vault, whole_number = dependencies.vault, whole(number)
    actor = Actor(dependencies.now(), user(), reason)
    erased = f"Nothing leads from here to {masked(number)} any more."
    answer = ActOutput[ErasureResult](
        form,
        lambda _: [erased],
        lambda found: {"caller": masked(number), "calls": found.calls, **asdict(found.destroyed)},
        preview=lambda found: [
            erased,
            f"  calls whose caller is erased: {found.calls}",
            *_lines(found.destroyed),
        ],
    )
    carry_out(
        dependencies,
        confirmation,
        lambda session: erase_caller(session, pseudonyms_of(session, vault, whole_number), actor),
        answer,
    )


@privacy.command()
@click.option("--keep-old", is_flag=True, help="Leave the old key in vault.key, so that older backups open.")
@click.option("--reason", type=REASON, default=ROTATION, show_default=True, help="Why, for the audit log.")
@click.option("--yes", is_flag=True, help="Do not ask, also on a terminal.")
@format_option
@with_dependencies
def rotate(dependencies: CommandDependencies, reason: str, form: str, *, keep_old: bool, yes: bool) -> None:
    """Wrap all data keys with a new vault key, while calls run. Nothing that is sealed changes.

    If the ring is vault.key in CALLROUTER_HOME, the key is made, and the old one is taken out. Otherwise put the new
    key in front of the old one before (docs/settings.md). If it is stopped, it goes on at the next time where it was.
    A backup of before opens with the old key only.

    \b
    Example:
      callrouter privacy rotate
      callrouter privacy rotate --keep-old
    """
    store, access = key_store(dependencies.settings), Access(user(), reason, dependencies.now())
    if store and not keep_old and ActOptions(dry_run=False, yes=yes).asks:
        ask(["The old key is taken out of vault.key. Without a copy of it, no backup of before opens."])
    with working("rotating"):
        result = rotate_master_key(
            dependencies.database, dependencies.vault, access, store, keep_old=keep_old
        )
    row = {
        "key": result.key.id,
        "before": result.before.id,
        "wrapped": result.wrapped,
        "idle_keys": list(result.idle_keys),
        "taken_out": result.taken_out,
    }
    print_result(form, row, " ".join(_rotation_sentences(result)))


def _rotation_sentences(result: RotationResult) -> Iterator[str]:
    if result.wrapped == 0 and result.before == result.key:
        yield f"Everything is wrapped with {result.key} already."
    else:
        yield f"{result.wrapped} data keys are wrapped with {result.key}."
    idle = ", ".join(map(repr, result.idle_keys))
    if result.taken_out:
        yield f"{idle} is taken out of vault.key, and backups of before open with a copy of it only."
    elif idle:
        yield f"{idle} opens only backups of before. Take it out of the ring, and destroy it, to close them."


def _status_rows(found: PrivacyStatus) -> Iterator[dict[str, Any]]:
    for key in found.master_keys:
        use = f"in use since {_day(key.since)}" if key.in_use else key.use
        detail = f"{key.id} from {found.source}, fingerprint {key.fingerprint[:8]}…, {use}"
        yield _row("vault key", key.wraps, detail)
    for kept in found.data_keys:
        yield _counted(kept, f"data keys: {kept.what}")
    for kept in found.kept:
        yield _counted(kept, kept.what)
    for what, count in asdict(found.due).items():
        yield _row(f"next purge: {_words(what)}", count, f"due {_day(found.next_purge_at)}")
    for held in found.held_back:
        yield _row("held back", held.count, held.reason) | {"oldest": str(held.day), "newest": str(held.day)}
    yield _row("last purge", None, _act(found.last_purge, late=found.late, failing=found.failing))
    yield _row("last rotation", None, _act(found.last_rotation))
    yield _row("open in backups", found.keys_open_in_backups, found.backups)


def _row(what: str, count: int | None, detail: str = "") -> dict[str, Any]:
    return {"what": what, "count": count, "oldest": None, "newest": None, "detail": detail}


def _counted(kept: KeptCount, what: str) -> dict[str, Any]:
    days = {
        name: None if day is None else str(day)
        for name, day in (("oldest", kept.oldest), ("newest", kept.newest))
    }
    return {**_row(what, kept.count), **days}


def _act(act: Any | None, *, late: bool = False, failing: bool = False) -> str:
    notes = [
        note for note, holds in (("LATE", late), ("the latest attempt FAILED since then", failing)) if holds
    ]
    return "; ".join(["never" if act is None else f"{act.at:%Y-%m-%d %H:%M} UTC", *notes])


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "-"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _lines(destroyed: Destroyed) -> list[str]:
    return [f"  {_words(name)}: {count}" for name, count in asdict(destroyed).items()]


def _purge_lines(destroyed: Destroyed, held_back: list[HeldBack]) -> list[str]:
    held = [f"  held back of {each.day}: {each.count} for {each.reason}" for each in held_back]
    return [*_lines(destroyed), *held]


def _print_purge(form: str, destroyed: Destroyed, held_back: list[HeldBack], *, dry_run: bool) -> None:
    if form != TABLE:
        row = {**asdict(destroyed), "held_back": len({each.day for each in held_back}), "dry_run": dry_run}
        print_rows(form, tuple(row), [row])
        return
    for line in (DRY_RUN if dry_run else "Destroyed:", *_purge_lines(destroyed, held_back)):
        click.echo(line)
