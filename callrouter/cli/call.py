"""`callrouter call`: a simulated call against the running server, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from callrouter.cli.behavior import Behaviors, as_behavior, center_behaves, centers, who_may_owe
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO, CommandFailure
from callrouter.cli.parameter_types import NUMBER, ParsedParameter
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows, readable
from callrouter.directory.directory import Directory
from config.web_address import address, answer
from simulator import (
    Caller,
    Faults,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    SimulatedRecords,
    SocketTransport,
    VirtualClock,
    Webhooks,
    keys_pressed,
    transcript,
)
from simulator.rest.control_client import ControlClient

CENTER_HELP = (
    "What a center does: answer:90, busy, no-answer, voicemail …; several for one ringing after another."
)


@dataclass(frozen=True)
class SimulatedCallRequest:
    """The options of the command."""

    number: str
    caller: str
    press: tuple[str, ...]
    behaviors_by_center: tuple[tuple[str, Behaviors], ...]
    seed: int | None
    duplicate: int
    shuffle: bool
    owner: str | None
    returned: str | None

    @property
    def faults(self) -> Faults:
        return Faults(
            seed=self.seed or 0, duplicate=self.duplicate, repeat=self.duplicate, shuffle=self.shuffle
        )


@click.command()
@click.argument("number", type=NUMBER)
@click.option(
    "--from", "caller", type=NUMBER, metavar="N", default=Caller().number, help="The caller's number."
)
@click.option(
    "--press",
    type=ParsedParameter("keys", keys_pressed),
    default=(),
    help="Keys at one prompt after another.",
)
@click.option(
    "--center",
    "behaviors_by_center",
    type=ParsedParameter("behavior", center_behaves),
    multiple=True,
    metavar="KEY=…",
    help=CENTER_HELP,
)
@click.option(
    "--owner",
    type=ParsedParameter("behavior", as_behavior),
    metavar="…",
    help="What the center does that is rung for the promised return call: answer:90:keys=1, no-answer …",
)
@click.option(
    "--returned",
    type=ParsedParameter("behavior", as_behavior),
    metavar="…",
    help="What the caller does when called back: answer:60, answer:60:keys=9, voicemail …",
)
@click.option("--seed", type=int, help="The same again: CallSids, and what --shuffle does.")
@click.option("--duplicate", type=click.IntRange(1, 10), default=1, help="Send every request so many times.")
@click.option("--shuffle", is_flag=True, help="Let status callbacks come in any order.")
@format_option
@with_dependencies
def call(dependencies: CommandDependencies, /, form: str, **wished: Any) -> None:
    """Place a simulated call against the running server, and print what the caller hears.

    It takes no real time. A center that nothing is said of does not answer; without any --center the first
    two that are rung do not, and the third takes the call. KEY is a center's key in the directory. In
    --press, - presses nothing at its prompt. With keys=… one key is pressed at each prompt after another.

    \b
    Example:
      callrouter call +18445610606
      callrouter call +18445610606 --press 2 --center nuevo-camino-la=answer:90
      callrouter call +13235550111 --press 2 --center sunrise-la=voicemail
      callrouter call +13235550111 --press 2 --center sunrise-la=busy --owner answer:90 --returned voicemail
    """
    _refuse_a_real_carrier(dependencies)
    directory = dependencies.directory_in_force()
    wish = SimulatedCallRequest(**wished)
    behavior = centers(directory, wish.behaviors_by_center)
    control = _control_client(dependencies, wish)
    _tell_who_returns(control, wish, directory)
    with working(f"calling {wish.number}"):
        caller = Caller(wish.caller, wish.press)
        placed = _carrier(dependencies, wish, control).place_call(wish.number, caller, behavior)
    _print(placed, directory, form)
    if placed.errors:
        raise click.exceptions.Exit(NOT_SO)


def _refuse_a_real_carrier(dependencies: CommandDependencies) -> None:
    if not dependencies.settings.simulated:
        raise CommandFailure(
            "TWILIO_ACCOUNT_SID is set, so calls are real here; a simulated one goes without an account"
        )


def _account(dependencies: CommandDependencies) -> SimulatedAccount:
    return SimulatedAccount(dependencies.settings.account_sid, dependencies.settings.auth_tokens[0])


def _control_client(dependencies: CommandDependencies, wish: SimulatedCallRequest) -> ControlClient | None:
    """The simulated carrier beside the server, which places return calls. The call itself works without it."""
    control = ControlClient(_account(dependencies), dependencies.settings.carrier_api_url)
    if control.is_running():
        return control
    if wish.owner or wish.returned:
        raise CommandFailure(
            f"no simulated carrier answers at {control.origin}, so nobody would be called back:"
            " start it with `make run`, in another shell"
        )
    return None


def _tell_who_returns(
    control: ControlClient | None, wish: SimulatedCallRequest, directory: Directory
) -> None:
    if control and wish.owner:
        for phone in who_may_owe(directory, wish.number):
            control.set_behavior(phone, wish.owner)
    if control and wish.returned:
        control.set_behavior(wish.caller, wish.returned)


def _carrier(
    dependencies: CommandDependencies, wish: SimulatedCallRequest, control: ControlClient | None
) -> SimulatedCarrier:
    """A carrier that the running server accepts: it signs with the same token for the same origin."""
    settings = dependencies.settings
    server = address(settings.host, settings.port)
    if answer(settings.host, settings.port, "/healthz") is None:
        raise CommandFailure(
            f"nothing answers at {server}: start the server with `make run`, in another shell"
        )
    return SimulatedCarrier(
        _account(dependencies),
        Webhooks.of(settings.public_url),
        SocketTransport(via=server),
        VirtualClock(dependencies.now()),
        faults=wish.faults,
        seed=wish.seed,
        clock_is_shared=False,
        records=SimulatedRecords(control.add) if control else None,
    )


def _print(placed: SimulatedCall, directory: Directory, form: str) -> None:
    names = {center.phone: center.name for center in directory.centers.values()}
    lines = [readable(line) for line in transcript(placed, names)]
    if form != TABLE:
        print_rows(form, ("call", "line"), [{"call": placed.sid, "line": line} for line in lines])
        return
    click.echo("\n".join(lines))
    click.echo(f"\nThe whole story: callrouter show {placed.sid}")
