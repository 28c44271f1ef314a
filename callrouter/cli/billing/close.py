"""`callrouter billing close`: a month is closed, and each partner's invoice issued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypedDict

import click

from callrouter.billing.period import parse_month
from callrouter.cli.confirmation import DRY_RUN, ActOptions, ask, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.progress import counted
from callrouter.cli.tables import TABLE, as_table, format_option, print_rows, terminal_columns
from callrouter.cli.user import user
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.invoices.close import CannotBeClosed, CloseRequest, CloseResult, close_month
from callrouter.invoices.invoice import Invoice
from callrouter.invoices.read import read_invoice
from callrouter.money import Money
from callrouter.reports.partners import known_partners

MONTH = ParsedParameter("month", parse_month)
CLOSED, WOULD_CLOSE, OPEN, NOTHING = "closed", "would be closed", "open", "nothing"


class Outcome(TypedDict):
    """What closing came to for one partner: the invoice, or what is to be done before, call by call.

    `state` is `closed`, `would be closed` in a dry run, `open`, or `nothing` for a month that is tried early and has
    nothing to bill yet.
    """

    partner: str
    state: str
    invoice: str | None
    call: str | None
    why: str | None


class Closer:
    """Closes months for a command, or only finds out what that would come to."""

    def __init__(self, dependencies: CommandDependencies, requests: Sequence[CloseRequest]) -> None:
        self._dependencies = dependencies
        self._directories = DirectoryCache()
        self._requests = requests

    def close(self) -> list[Outcome]:
        """Close each partner's month, in a transaction of its own."""
        return self._outcomes("partners closed", self._closed)

    def try_out(self) -> list[Outcome]:
        """Close each in a transaction that is rolled back."""
        return self._outcomes("partners tried", self._tried)

    def _outcomes(self, progress: str, close: Callable[[CloseRequest], list[Outcome]]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for request in counted(self._requests, progress, shown=True):
            try:
                outcomes += close(request)
            except CannotBeClosed as refused:
                outcomes += _refused(request, refused)
        return outcomes

    def _closed(self, request: CloseRequest) -> list[Outcome]:
        return _issued(request, self._dependencies.database.transact(self._act(request)))

    def _tried(self, request: CloseRequest) -> list[Outcome]:
        act = self._act(request)

        def with_invoices(session: Session) -> tuple[CloseResult, list[Invoice]]:
            closed = act(session)
            return closed, [read_invoice(session, name) for name in closed.invoices]

        closed, invoices = self._dependencies.database.dry_run(with_invoices)
        return _would_be_issued(request, invoices) if closed.just_now else _issued(request, closed)

    def _act(self, request: CloseRequest) -> Callable[[Session], CloseResult]:
        return partial(
            close_month, directories=self._directories, request=request, now=self._dependencies.now()
        )


@click.command("close")
@click.argument("month", type=MONTH, metavar="YYYY-MM")
@click.option("--partner", help="This partner alone; without it all.")
@click.option(
    "--early", is_flag=True, help="Also where the month is not over: what comes later goes to the next."
)
@confirmation_options
@format_option
@with_dependencies
def close(
    dependencies: CommandDependencies,
    /,
    form: str,
    month: str,
    partner: str | None,
    *,
    early: bool,
    confirmation: ActOptions,
) -> None:
    """Close a month: issue each partner's invoice, with numbers without gaps.

    A partner's month is its own, in its zone. It is not closed as long as a call of it is not explained (it has
    no end, or the carrier's records do not confirm it), a day of it has not been compared with the carrier's
    records, or a month before it is open; each is listed with what to do, and the exit status is 1, while other
    partners are closed all the same. An issued invoice never changes: what comes late is
    posted in the month that is open. Doing it again gives the same invoices; interrupted, it goes on.
    Where the carrier is simulated a month may be closed early, for trying.

    \b
    Example:
      callrouter billing close 2026-10
      callrouter billing close 2026-10 --dry-run
      callrouter billing close 2026-10 --partner sunrise --format json
    """
    simulated = dependencies.settings.simulated
    closer = Closer(
        dependencies,
        [
            CloseRequest(
                key, month, simulated, user(), issuer=dependencies.settings.issuer, early=early or simulated
            )
            for key in _partners(dependencies, partner)
        ],
    )
    if confirmation.dry_run:
        click.echo(DRY_RUN, err=form != TABLE)
    elif confirmation.asks:
        _ask(closer.try_out())
    outcomes = closer.try_out() if confirmation.dry_run else closer.close()
    _print(form, outcomes)
    if any(outcome["state"] == OPEN for outcome in outcomes):
        raise click.exceptions.Exit(NOT_SO)


def _ask(outcomes: Sequence[Outcome]) -> None:
    """Ask where anything would be closed."""
    if any(outcome["state"] == WOULD_CLOSE for outcome in outcomes):
        rows = _for_people(outcomes)
        ask(as_table(tuple(Outcome.__annotations__), rows, room=terminal_columns()).splitlines())


def _print(form: str, outcomes: Sequence[Outcome]) -> None:
    rows = outcomes if form != TABLE else _for_people(outcomes)
    if form != TABLE or rows:
        print_rows(form, tuple(Outcome.__annotations__), rows)
    without = _count_empty(outcomes) if form == TABLE else 0
    if without:
        click.echo(f"{without} partners without anything to bill.")


def _for_people(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """What is so for every partner (days that were not compared) once, and what comes to nothing not at all."""
    partners = len({one["partner"] for one in outcomes})
    rows = [one for one in outcomes if _has_invoice_or_is_open(one)]
    about_none = Counter(one["why"] for one in rows if one["state"] == OPEN and one["call"] is None)
    of_all = {why for why, times in about_none.items() if times == partners > 1}
    once = [
        Outcome(partner="all", state=OPEN, invoice=None, call=None, why=why)
        for why in about_none
        if why in of_all
    ]
    return once + [one for one in rows if one["call"] or one["invoice"] or one["why"] not in of_all]


def _has_invoice_or_is_open(outcome: Outcome) -> bool:
    return bool(outcome["invoice"]) or outcome["state"] in {OPEN, WOULD_CLOSE}


def _count_empty(outcomes: Sequence[Outcome]) -> int:
    return sum(not _has_invoice_or_is_open(one) for one in outcomes)


def _partners(dependencies: CommandDependencies, partner: str | None) -> Sequence[str]:
    with dependencies.reading() as connection:
        keys = known_partners(connection)
    if partner is None:
        return keys
    if partner not in keys:
        raise Fault(f"there is no partner {partner}; known are {', '.join(keys)}")
    return [partner]


def _refused(request: CloseRequest, refused: CannotBeClosed) -> list[Outcome]:
    return [
        Outcome(partner=request.partner, state=OPEN, invoice=None, call=blocker.call, why=blocker.why)
        for blocker in refused.blockers
    ]


def _would_be_issued(request: CloseRequest, invoices: Sequence[Invoice]) -> list[Outcome]:
    """Without their names: a number is taken when an invoice is issued."""
    comes_to = [
        f"an invoice of {Money(one.total, one.currency)}, lines: {len(one.lines)}" for one in invoices
    ]
    return [
        Outcome(partner=request.partner, state=WOULD_CLOSE, invoice=None, call=None, why=why)
        for why in comes_to or ["nothing was entered"]
    ]


def _issued(request: CloseRequest, closed: CloseResult) -> list[Outcome]:
    if closed.stays_open:
        return [Outcome(partner=request.partner, state=NOTHING, invoice=None, call=None, why="nothing yet")]
    names = closed.invoices or (None,)
    why = None if closed.just_now else "it was closed before"
    return [
        Outcome(
            partner=request.partner,
            state=CLOSED,
            invoice=name,
            call=None,
            why=why if name else why or "nothing was entered",
        )
        for name in names
    ]
