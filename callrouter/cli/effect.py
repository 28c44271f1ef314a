"""Acts in the partners' accounts: each is told with what it does to charges and balances, before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from callrouter.billing.effect import ChangedBalance, ChangedCharge, Effect, with_effect
from callrouter.cli.consent import Consent, carry_out
from callrouter.cli.toolbox import Toolbox
from callrouter.database import Session

T = TypeVar("T")


def enter(
    toolbox: Toolbox, consent: Consent, act: Callable[[Session], T], in_words: Callable[[T], str]
) -> None:
    """Carry out an act that enters something in the accounts, as `carry_out` does, and tell its effect."""

    def lines(done: tuple[T, Effect]) -> list[str]:
        result, effect = done
        return [in_words(result), *effect_in_words(effect)]

    carry_out(toolbox, consent, lambda session: with_effect(session, act), lines)


def effect_in_words(effect: Effect) -> list[str]:
    """A line for each call whose charge changes, and one for each balance."""
    return [*map(_charge, effect.charges), *map(_balance, effect.balances)]


def _charge(changed: ChangedCharge) -> str:
    return (
        f"  {changed.call} of {changed.partner} {_turn(changed)}: {changed.before} before,"
        f" {changed.after} after ({changed.why})"
    )


def _turn(changed: ChangedCharge) -> str:
    if not changed.before.minor:
        return "becomes payable"
    return "changes" if changed.after.minor else "becomes free"


def _balance(changed: ChangedBalance) -> str:
    simulated = " (simulated)" if changed.simulated else ""
    return f"  balance of {changed.partner}{simulated}: {changed.before} before, {changed.after} after"
