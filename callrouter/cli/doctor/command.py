"""`callrouter doctor`: whether everything works, and how to mend what does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.doctor.checks import CHECKS, DoctorCheck
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.cli.failures import NOT_SO, OF_THE_DATABASE, DatabaseNotRunning, database_fault
from callrouter.cli.progress import working
from callrouter.cli.tables import format_option, print_rows
from config.environment import SettingsError

WELL, NOT_OK, NOT_EXAMINED = "ok", "not ok", "not examined"


class CheckResult(TypedDict):
    """The result of one check."""

    check: str
    status: str
    found: str
    mend: str | None


@click.command()
@format_option
@with_dependencies
def doctor(dependencies: CommandDependencies, form: str) -> None:
    """Examine whether everything works, and tell how to mend what does not.

    Ends with status 1 where something is not ok.

    \b
    Example:
      callrouter doctor
    """
    with working("examining"):
        findings = list(_findings(dependencies))
    print_rows(form, tuple(CheckResult.__annotations__), findings)
    if any(finding["status"] != WELL for finding in findings):
        raise click.exceptions.Exit(NOT_SO)


def _findings(dependencies: CommandDependencies) -> Iterator[CheckResult]:
    well = set()
    for check in CHECKS:
        missing = [name for name in check.after if name not in well]
        finding = _not_examined(check, missing) if missing else _examined(dependencies, check)
        if finding["status"] == WELL:
            well.add(check.name)
        yield finding


def _not_examined(check: DoctorCheck, missing: list[str]) -> CheckResult:
    return CheckResult(
        check=check.name, status=NOT_EXAMINED, found="-", mend=f"mend first: {', '.join(missing)}"
    )


def _examined(dependencies: CommandDependencies, check: DoctorCheck) -> CheckResult:
    try:
        return CheckResult(check=check.name, status=WELL, found=check.examine(dependencies), mend=None)
    except (FailedCheck, DatabaseNotRunning) as failed:
        return CheckResult(check=check.name, status=NOT_OK, found=failed.found, mend=failed.mend)
    except SettingsError as error:
        found = "; ".join(f"{fault.name} {fault.wrong}" for fault in error.faults)
        mend = "; ".join(f"{fault.name}: {fault.expected}" for fault in error.faults if fault.expected)
        return CheckResult(check=check.name, status=NOT_OK, found=found, mend=mend or None)
    except OF_THE_DATABASE as error:
        found, mend = database_fault(error)
        return CheckResult(check=check.name, status=NOT_OK, found=found, mend=mend)
