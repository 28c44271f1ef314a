"""The command line, `callrouter …`. Each command is a door: it runs one action in one transaction."""

from __future__ import annotations

from pkgutil import resolve_name

import click

from callrouter.cli.commands import Commands
from config.core_dumps import forbid_core_dumps

SOURCES = {
    "alerts": "callrouter.cli.alerts:alerts",
    "audit": "callrouter.cli.audit:audit",
    "billing": "callrouter.cli.billing:billing",
    "call": "callrouter.cli.call:call",
    "callers": "callrouter.cli.callers:callers",
    "calls": "callrouter.cli.calls:calls",
    "center": "callrouter.cli.center:center",
    "db": "callrouter.cli.db:db",
    "differences": "callrouter.cli.differences:differences",
    "directory": "callrouter.cli.directory:directory",
    "disclosure": "callrouter.cli.disclosure:disclosure",
    "disputes": "callrouter.cli.billing.disputes:disputes",
    "doctor": "callrouter.cli.doctor.command:doctor",
    "drain": "callrouter.cli.drain:drain",
    "explain": "callrouter.cli.explain:explain",
    "export": "callrouter.cli.export:export",
    "figures": "callrouter.cli.figures:figures",
    "messages": "callrouter.cli.messages:messages",
    "numbers": "callrouter.cli.numbers:numbers",
    "outbox": "callrouter.cli.outbox:outbox",
    "privacy": "callrouter.cli.privacy:privacy",
    "promises": "callrouter.cli.promises:promises",
    "reconcile": "callrouter.cli.reconcile:reconcile",
    "rotation": "callrouter.cli.rotation:rotation",
    "settings": "callrouter.cli.settings:settings",
    "show": "callrouter.cli.show:show",
    "staff": "callrouter.cli.staff:staff",
    "wordings": "callrouter.cli.wordings:wordings",
}
DEPENDENCIES = "callrouter.cli.dependencies:CommandDependencies"


@click.group(
    cls=Commands,
    sources=SOURCES,
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
    forbid_core_dumps()
    # `--help` needs no database.
    dependencies = context.obj = resolve_name(DEPENDENCIES)()
    context.call_on_close(dependencies.close)
