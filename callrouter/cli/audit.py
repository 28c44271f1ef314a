"""`callrouter audit`: whether picks and charges depended on nothing that they must not depend on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from sqlalchemy.dialects import postgresql

from callrouter.blindness.audit import BlindnessReport, audit_blindness
from callrouter.blindness.report_text import report_lines
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO, WrongUsage
from callrouter.cli.log_key import own_log_key
from callrouter.cli.output import STDOUT, written_to
from callrouter.cli.progress import counted
from callrouter.errors import Fault
from callrouter.evidence.prove import export_for_audit
from callrouter.evidence.schema_statement import columns_of_classes
from callrouter.evidence.stored_tree import log_identity
from callrouter.model import metadata
from callrouter.sheets.text import as_json

TEXT, JSON = "text", "json"


@click.group()
def audit() -> None:
    """Audits of the past, which need nothing but the evidence log.

    \b
    Example:
      callrouter audit blindness
    """


@audit.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", metavar="KEY", help="The log's public key, which you have from somewhere else.")
@click.option("--format", "form", type=click.Choice((TEXT, JSON)), default=TEXT, show_default=True)
@with_dependencies
def blindness(dependencies: CommandDependencies, file: Path | None, key: str | None, form: str) -> None:
    """Recompute every past pick and charge from the evidence log alone, or from an export of it.

    With a FILE that `callrouter audit export` wrote it needs no database, no settings and no network, only --key. It
    changes nothing. The same export gives the same report, which names the signed head that it was made against. If
    anything does not hold, it is named, and the exit status is 1.

    \b
    Example:
      callrouter audit blindness
      callrouter audit blindness audit.jsonl --key "calls.example.org/evidence+01234567+A…"
    """
    report = _of_file(file, key) if file else _of_database(dependencies, key)
    click.echo(as_json(report.document(), indent=2) if form == JSON else "\n".join(report_lines(report)))
    if not report.holds:
        raise click.exceptions.Exit(NOT_SO)


@audit.command()
@click.option("--to", "target", default=STDOUT, metavar="FILE", help="A file in place of standard output.")
@with_dependencies
def export(dependencies: CommandDependencies, target: str) -> None:
    """Write the evidence log for an auditor: all records, with the directories and who called again.

    It has no caller's number and no pseudonym. docs/blindness.md says what an auditor learns.

    \b
    Example:
      callrouter audit export --to audit.jsonl
    """
    with dependencies.reading() as connection, written_to(target) as stream:
        stream.writelines(counted(export_for_audit(connection), "records", shown=target != STDOUT))


def _of_file(file: Path, key: str | None) -> BlindnessReport:
    if key is None:
        raise WrongUsage(
            "say with --key which log it is of: its public key, from somewhere else than the file"
        )
    with file.open("rb") as lines:
        return _audited(lines, key)


def _of_database(dependencies: CommandDependencies, key: str | None) -> BlindnessReport:
    """Of an export that is never written: the same lines."""
    with dependencies.reading() as connection:
        identity = log_identity(connection)
        known = key or own_log_key(dependencies, connection) or (identity and identity.public_key)
        if known is None:
            raise Fault("nothing was logged yet: the outbox sweeper writes the evidence log")
        return _audited(export_for_audit(connection), known)


def _audited(lines: Iterable[bytes], key: str) -> BlindnessReport:
    shipped = columns_of_classes(metadata, postgresql.dialect())  # type: ignore[no-untyped-call]
    return audit_blindness(counted(lines, "records"), key, shipped)
