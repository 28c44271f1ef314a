"""`callrouter disputes`: what partners object to in their charges, and how staff decide it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.billing.disputes.decision import IN_WORDS, DecidedDispute, DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import ACCEPTED, IN_PART, REFUSED
from callrouter.billing.disputes.objection import REASONS, Objection, object_to_charge
from callrouter.billing.period import parse_month
from callrouter.cli.billing.account import known
from callrouter.cli.billing.effect import enter
from callrouter.cli.confirmation import ActOptions, ActOutput, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import EVIDENCE, NOTE
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.directory.versions import DirectoryCache
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.money.disputes import OPEN, DisputeRow, Figures
from callrouter.reports.money.disputes import disputes as listed
from callrouter.reports.money.disputes import figures as read_figures
from callrouter.reports.partners import known_partners

VERDICTS = {"accept": ACCEPTED, "part": IN_PART, "refuse": REFUSED}
SHOWN = ("number", "call", "partner", "reason", "charged", "currency", "raised_at", "decision", "credited")
_WIDEST = max(map(len, REASONS))
_EXPLAINED = "\b\nReasons:\n" + "\n".join(f"  {name:{_WIDEST}}  {meant}" for name, meant in REASONS.items())


@click.group()
def disputes() -> None:
    """Partners' objections to their charges.

    \b
    Example:
      callrouter disputes list --open
      callrouter disputes decide CA0123 accept --note "the carrier confirms the noise"
    """


@disputes.command("raise", epilog=_EXPLAINED)
@click.argument("callsid")
@click.option("--reason", type=click.Choice(tuple(REASONS)), required=True)
@click.option("--evidence", type=EVIDENCE, required=True, help="What the partner says.")
@format_option
@with_dependencies
def raise_(dependencies: CommandDependencies, callsid: str, reason: str, evidence: str, form: str) -> None:
    """Enter a partner's objection to the charge of a call. CALLSID may be cut short.

    It is possible until 30 days after the invoice that has the charge was issued, and one is open at a time.

    There is no reason about the caller, nor about what came of the call, such as "not admitted": the fee is for
    the call as such, and one that depends on what follows would be against the law, also by giving it back.

    \b
    Example:
      callrouter disputes raise CA0123 --reason bad-line --evidence "the center heard nothing but noise"
    """
    call, now = _call(dependencies, callsid), dependencies.now()
    objection = Objection(call, reason, evidence, user())
    raised = dependencies.database.transact(
        lambda session: object_to_charge(session, invoice_of_charge, objection, now)
    )
    left = {"left_amount": raised.left.decimal(), "currency": raised.left.currency}
    row = {"number": raised.number, "call": call, "partner": raised.partner, "decision": OPEN, **left}
    sentence = f"Objection {raised.number} of {raised.partner} is open; {raised.left} are left of the charge."
    print_result(form, row, sentence)


@disputes.command("list")
@click.option("--open", "only_open", is_flag=True, help="Those alone that are to be decided.")
@click.option("--partner", help="Of this partner alone.")
@format_option
@zone_option
@with_dependencies
def list_(
    dependencies: CommandDependencies, /, form: str, zone: tzinfo, partner: str | None, *, only_open: bool
) -> None:
    """List the objections, and how they were decided.

    \b
    Example:
      callrouter disputes list --open
      callrouter disputes list --partner sunrise --format csv
    """
    with dependencies.reading() as connection:
        if partner:
            known(known_partners(connection), partner)
        rows = list(listed(connection, of_partner=partner, only_open=only_open))
    print_rows(form, SHOWN if form == TABLE else tuple(DisputeRow.__annotations__), rows, zone)


@disputes.command()
@click.argument("callsid")
@click.argument("verdict", type=click.Choice(tuple(VERDICTS)))
@click.option("--note", type=NOTE, required=True, help="Why; it is kept with the objection.")
@click.option("--amount", metavar="10.00", help="What is credited of the charge, for `part`.")
@confirmation_options
@format_option
@with_dependencies
def decide(  # noqa: PLR0913 - what its command line says
    dependencies: CommandDependencies,
    /,
    form: str,
    callsid: str,
    verdict: str,
    note: str,
    amount: str | None,
    *,
    confirmation: ActOptions,
) -> None:
    """Decide the open objection to a call's charge, once.

    To accept it credits all that is left of the charge, a part the amount, and to refuse it nothing. What was
    free because of the charge is rated anew and shown, before and after, as by `billing credit`.

    \b
    Example:
      callrouter disputes decide CA0123 accept --note "the carrier confirms the noise"
      callrouter disputes decide CA0123 part --amount 10.00 --note "they talked, with interruptions"
      callrouter disputes decide CA0123 refuse --note "three minutes of talk, without a complaint"
    """
    if (amount is not None) != (verdict == "part"):
        raise click.UsageError("say --amount for a part of the charge, and for nothing else")
    decision = DisputeDecision(_call(dependencies, callsid), VERDICTS[verdict], note, user(), amount)
    now, directories = dependencies.now(), DirectoryCache()
    answer = ActOutput[DecidedDispute](
        form,
        lambda done: [f"Objection {done.number} is {IN_WORDS[decision.verdict]}: {done.credited} credited."],
        lambda done: _decided(decision, done),
    )
    enter(
        dependencies,
        confirmation,
        lambda session: decide_dispute(session, directories, decision, now),
        answer,
    )


def _decided(decision: DisputeDecision, done: DecidedDispute) -> dict[str, Any]:
    credited = {"credited_amount": done.credited.decimal(), "currency": done.credited.currency}
    return {"number": done.number, "call": decision.call, "decision": decision.verdict, **credited}


@disputes.command()
@click.option(
    "--month",
    type=ParsedParameter("month", parse_month),
    metavar="YYYY-MM",
    help="Raised in it.  [default: all months]",
)
@format_option
@with_dependencies
def figures(dependencies: CommandDependencies, /, form: str, month: str | None) -> None:
    """What was objected to by partner and reason, how it was decided, and what it comes to.

    \b
    Example:
      callrouter disputes figures --month 2026-11
    """
    with dependencies.reading() as connection:
        rows = list(read_figures(connection, month))
    print_rows(form, tuple(Figures.__annotations__), rows)


def _call(dependencies: CommandDependencies, callsid: str) -> str:
    with dependencies.reading() as connection:
        return find_call(connection, callsid)
