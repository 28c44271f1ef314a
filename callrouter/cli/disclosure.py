"""`callrouter disclosure`: the evidence log is verified, proved, exported, shown, and those of others are followed."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO
from callrouter.cli.log_key import own_log_key
from callrouter.cli.output import STDOUT, written_to
from callrouter.cli.progress import counted, working
from callrouter.cli.tables import TABLE, format_option, print_result
from callrouter.cli.when_logged import when_logged
from callrouter.cli.witness import watch
from callrouter.cli.zones import zone_option
from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.evidence.prove import export_of_log, proof_of_call
from callrouter.evidence.stored_tree import latest_head, log_identity
from callrouter.evidence.verify import VerifiedLog, verify_log
from callrouter.invoices.checkpoint import checkpoint_faults

LATEST_HEAD = "checkpoint"

to_option = click.option(
    "--to", "target", default=STDOUT, metavar="FILE", help="A file in place of standard output."
)


@click.group()
def disclosure() -> None:
    """The evidence log: what callers were told, who was connected, what was charged and changed.

    \b
    Example:
      callrouter disclosure verify
    """


@disclosure.command()
@click.option(
    "--since",
    "heads",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="HEADFILE",
    help="A signed head that was kept elsewhere: the log must still hold what it signed.",
)
@click.option("--key", metavar="KEY", help="The log's public key, if its private key is not here.")
@format_option
@with_dependencies
def verify(dependencies: CommandDependencies, heads: tuple[Path, ...], key: str | None, form: str) -> None:
    """Verify every record against the log, and the log against its signed heads.

    The latest head in CALLROUTER_HOME is one of them, and so are the heads on invoices. It changes nothing. If
    something was changed, deleted or added, it says what, and the exit status is 1.

    \b
    Example:
      callrouter disclosure verify
      callrouter disclosure verify --since head-of-october
    """
    kept = dependencies.settings.evidence_dir / LATEST_HEAD
    notes = [file.read_text(errors="replace") for file in (*heads, *([kept] if kept.exists() else []))]
    with working("verifying the evidence log"), dependencies.reading() as connection:
        key = key or own_log_key(dependencies, connection)
        found = verify_log(connection, key, notes)
        _verify_invoices(connection, found, key)
    for fault in found.described if form == TABLE else ():
        click.echo(fault)
    print_result(form, vars(found), _sentence(found))
    if found.faults:
        raise click.exceptions.Exit(NOT_SO)


@disclosure.command()
@click.argument("call")
@to_option
@with_dependencies
def prove(dependencies: CommandDependencies, call: str, target: str) -> None:
    """Write a file with all records of a CALL, their proofs and the signed head, for whoever doubts them.

    `python offline_verifier.py FILE KEY` verifies it without us (docs/evidence.md).

    \b
    Example:
      callrouter disclosure prove CA0123 --to proof.jsonl
    """
    lines = when_logged(lambda: _proof(dependencies, call))
    with written_to(target) as stream:
        stream.writelines(lines)


def _proof(dependencies: CommandDependencies, call: str) -> list[bytes]:
    with dependencies.reading() as connection:
        return list(proof_of_call(connection, call))


@disclosure.command("export")
@to_option
@with_dependencies
def export_log(dependencies: CommandDependencies, target: str) -> None:
    """Write all records of the log in order, with their salts and the signed head.

    \b
    Example:
      callrouter disclosure export --to evidence.jsonl
    """
    with dependencies.reading() as connection, written_to(target) as stream:
        stream.writelines(counted(export_of_log(connection), "records", shown=target != STDOUT))


@disclosure.command()
@format_option
@zone_option
@with_dependencies
def head(dependencies: CommandDependencies, form: str, zone: tzinfo) -> None:
    """Print the latest signed head, to be kept elsewhere.

    With --format json it also prints the public key.

    \b
    Example:
      callrouter disclosure head > head-of-november
    """
    with dependencies.reading() as connection:
        found, identity = latest_head(connection), log_identity(connection)
    if found is None or identity is None:
        raise NotKnown("nothing was logged yet: the outbox sweeper writes the evidence log")
    row = {"origin": identity.origin, "key": identity.public_key, "entries": found.size}
    shown = {**row, "signed_at": found.signed_at, "checkpoint": found.note}
    print_result(form, shown, found.note.rstrip("\n"), zone)


disclosure.add_command(watch)


def _verify_invoices(session: Session, found: VerifiedLog, key: str | None) -> None:
    identity = log_identity(session)
    for _, fault in checkpoint_faults(session, key or (identity.public_key if identity else "")):
        found.invoices += 1
        if fault:
            found.fault(fault)


def _sentence(found: VerifiedLog) -> str:
    waiting = f" {found.waiting} records wait to be logged." if found.waiting else ""
    if found.faults:
        return f"{found.faults} faults in {found.entries} entries.{waiting}"
    invoices = f", and so are the heads on {found.invoices} invoices" if found.invoices else ""
    return f"{found.entries} entries and {found.heads} signed heads are as they should be{invoices}.{waiting}"
