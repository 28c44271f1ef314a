"""The command line, `callrouter …`: each command is a door, with one transaction for one deed."""

from __future__ import annotations

import click

from callrouter.cli.account import adjust, balance, pay, statement
from callrouter.cli.alerts import alerts
from callrouter.cli.billing import billing
from callrouter.cli.call import call
from callrouter.cli.callers import callers
from callrouter.cli.calls import calls
from callrouter.cli.center import center
from callrouter.cli.close import close
from callrouter.cli.commands import Commands
from callrouter.cli.db import db
from callrouter.cli.deliveries import deliveries, send
from callrouter.cli.differences import differences
from callrouter.cli.directory import directory
from callrouter.cli.disputes import disputes
from callrouter.cli.doctor import doctor
from callrouter.cli.drain import drain
from callrouter.cli.explain import explain
from callrouter.cli.export import export
from callrouter.cli.figures import figures
from callrouter.cli.invoices import invoices, print_
from callrouter.cli.messages import messages
from callrouter.cli.numbers import numbers
from callrouter.cli.outbox import outbox
from callrouter.cli.promises import promises
from callrouter.cli.rates import rates
from callrouter.cli.reconcile import reconcile
from callrouter.cli.settings import settings
from callrouter.cli.show import show
from callrouter.cli.toolbox import Toolbox

billing.add_command(rates)
for of_invoices in (close, invoices, print_, send, deliveries):
    billing.add_command(of_invoices)
for of_account in (adjust, balance, pay, statement):
    billing.add_command(of_account)

COMMANDS = (
    alerts,
    billing,
    call,
    callers,
    calls,
    center,
    db,
    differences,
    directory,
    disputes,
    doctor,
    drain,
    explain,
    export,
    figures,
    messages,
    numbers,
    outbox,
    promises,
    reconcile,
    settings,
    show,
)


@click.group(
    cls=Commands,
    commands={command.name or "": command for command in COMMANDS},
    no_args_is_help=True,
    context_settings={"max_content_width": 100},
)
@click.version_option(package_name="callrouter")
@click.pass_context
def main(context: click.Context) -> None:
    """Routes calls to helplines and listings, charges partners, and keeps what callers were told.

    \b
    Try, while `make run` runs in another shell:
      callrouter call +18445610606     a simulated call, turn by turn
      callrouter explain +18445610606  who would be rung now, and who not
      callrouter doctor                whether everything works

    Exit status: 0; 1, the thing asked for is not so; 2, wrong use. Settings come from the environment and
    .env; `callrouter settings` prints them.
    """
    toolbox = context.obj = Toolbox()
    context.call_on_close(toolbox.close)
