"""`callrouter doctor`: whether everything works, and how to mend what does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import click

from callrouter.cli.ailing import Ailing
from callrouter.cli.checkup import CHECKS, Check
from callrouter.cli.progress import working
from callrouter.cli.refusals import NOT_SO, OF_THE_DATABASE, NotRunning, database_fault
from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.toolbox import Toolbox, with_toolbox
from config.fields import SettingsError

WELL, AILING, NOT_EXAMINED = "ok", "not ok", "not examined"


class Finding(TypedDict):
    """What came of one check."""

    check: str
    standing: str
    found: str
    mend: str | None


@click.command()
@format_option
@with_toolbox
def doctor(toolbox: Toolbox, form: str) -> None:
    """Examine whether everything works, and tell how to mend what does not.

    Ends with status 1 where something is not ok.

    \b
    Example:
      callrouter doctor
    """
    with working("examining"):
        findings = list(_findings(toolbox))
    print_rows(form, tuple(Finding.__annotations__), findings)
    if any(finding["standing"] != WELL for finding in findings):
        raise click.exceptions.Exit(NOT_SO)


def _findings(toolbox: Toolbox) -> Iterator[Finding]:
    well = set()
    for check in CHECKS:
        missing = [name for name in check.after if name not in well]
        finding = _not_examined(check, missing) if missing else _examined(toolbox, check)
        if finding["standing"] == WELL:
            well.add(check.name)
        yield finding


def _not_examined(check: Check, missing: list[str]) -> Finding:
    return Finding(
        check=check.name, standing=NOT_EXAMINED, found="-", mend=f"mend first: {', '.join(missing)}"
    )


def _examined(toolbox: Toolbox, check: Check) -> Finding:
    try:
        return Finding(check=check.name, standing=WELL, found=check.examine(toolbox), mend=None)
    except (Ailing, NotRunning) as ailing:
        return Finding(check=check.name, standing=AILING, found=ailing.found, mend=ailing.mend)
    except SettingsError as error:
        found = "; ".join(f"{fault.name} {fault.wrong}" for fault in error.faults)
        mend = "; ".join(f"{fault.name}: {fault.expected}" for fault in error.faults if fault.expected)
        return Finding(check=check.name, standing=AILING, found=found, mend=mend or None)
    except OF_THE_DATABASE as error:
        found, mend = database_fault(error)
        return Finding(check=check.name, standing=AILING, found=found, mend=mend)
