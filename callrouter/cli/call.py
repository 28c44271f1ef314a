"""`callrouter call`: a simulated call against the running server, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from callrouter.cli.behavior import Behaviors, as_behavior, center_behaves, centers, who_may_owe
from callrouter.cli.given import NUMBER, Given
from callrouter.cli.progress import working
from callrouter.cli.refusals import NOT_SO, Refusal
from callrouter.cli.tables import TABLE, format_option, print_rows, readable
from callrouter.cli.toolbox import Toolbox, with_toolbox
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
class Wish:
    """What the options ask for."""

    number: str
    caller: str
    press: tuple[str, ...]
    given: tuple[tuple[str, Behaviors], ...]
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
    "--press", type=Given("keys", keys_pressed), default=(), help="Keys at one prompt after another."
)
@click.option(
    "--center",
    "given",
    type=Given("behavior", center_behaves),
    multiple=True,
    metavar="KEY=…",
    help=CENTER_HELP,
)
@click.option(
    "--owner",
    type=Given("behavior", as_behavior),
    metavar="…",
    help="What the center does that is rung for the promised return call: answer:90:keys=1, no-answer …",
)
@click.option(
    "--returned",
    type=Given("behavior", as_behavior),
    metavar="…",
    help="What the caller does when called back: answer:60, answer:60:keys=9, voicemail …",
)
@click.option("--seed", type=int, help="The same again: CallSids, and what --shuffle does.")
@click.option("--duplicate", type=click.IntRange(1, 10), default=1, help="Send every request so many times.")
@click.option("--shuffle", is_flag=True, help="Let status callbacks come in any order.")
@format_option
@with_toolbox
def call(toolbox: Toolbox, /, form: str, **wished: Any) -> None:
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
    _refuse_a_real_carrier(toolbox)
    directory = toolbox.directory_in_force()
    wish = Wish(**wished)
    behavior = centers(directory, wish.given)
    control = _control_client(toolbox, wish)
    _tell_who_returns(control, wish, directory)
    with working(f"calling {wish.number}"):
        caller = Caller(wish.caller, wish.press)
        placed = _carrier(toolbox, wish, control).place_call(wish.number, caller, behavior)
    _print(placed, directory, form)
    if placed.errors:
        raise click.exceptions.Exit(NOT_SO)


def _refuse_a_real_carrier(toolbox: Toolbox) -> None:
    if not toolbox.settings.simulated:
        raise Refusal(
            "TWILIO_ACCOUNT_SID is set, so calls are real here; a simulated one goes without an account"
        )


def _account(toolbox: Toolbox) -> SimulatedAccount:
    return SimulatedAccount(toolbox.settings.account_sid, toolbox.settings.auth_tokens[0])


def _control_client(toolbox: Toolbox, wish: Wish) -> ControlClient | None:
    """The carrier that runs beside the server and will place the return call; a call as such goes without it."""
    control = ControlClient(_account(toolbox), toolbox.settings.carrier_api_url)
    if control.is_running():
        return control
    if wish.owner or wish.returned:
        raise Refusal(
            f"no simulated carrier answers at {control.origin}, so nobody would be called back:"
            " start it with `make run`, in another shell"
        )
    return None


def _tell_who_returns(control: ControlClient | None, wish: Wish, directory: Directory) -> None:
    if control and wish.owner:
        for phone in who_may_owe(directory, wish.number):
            control.set_behavior(phone, wish.owner)
    if control and wish.returned:
        control.set_behavior(wish.caller, wish.returned)


def _carrier(toolbox: Toolbox, wish: Wish, control: ControlClient | None) -> SimulatedCarrier:
    """The carrier that the running server believes: it signs with the same token, for the same origin."""
    settings = toolbox.settings
    server = address(settings.host, settings.port)
    if answer(settings.host, settings.port, "/healthz") is None:
        raise Refusal(f"nothing answers at {server}: start the server with `make run`, in another shell")
    return SimulatedCarrier(
        _account(toolbox),
        Webhooks.of(settings.public_url),
        SocketTransport(via=server),
        VirtualClock(toolbox.now()),
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
