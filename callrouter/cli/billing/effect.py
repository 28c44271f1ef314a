"""Acts in the partners' accounts: each is printed with what it does to charges and balances, before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from callrouter.billing.balance import ChangedBalance, ChangedCharge, Effect, with_effect
from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out
from callrouter.cli.dependencies import CommandDependencies
from callrouter.database import Session

T = TypeVar("T")


def enter(
    dependencies: CommandDependencies,
    confirmation: ActOptions,
    act: Callable[[Session], T],
    answer: ActOutput[T],
) -> None:
    """Carry out an act that enters something in the accounts, as `carry_out` does, and tell its effect."""

    def in_words(done: tuple[T, Effect]) -> list[str]:
        result, effect = done
        return [*answer.in_words(result), *effect_in_words(effect)]

    def as_row(done: tuple[T, Effect]) -> dict[str, Any]:
        result, effect = done
        return {**answer.as_row(result), **effect_as_facts(effect)}

    carry_out(
        dependencies,
        confirmation,
        lambda session: with_effect(session, act),
        ActOutput(answer.form, in_words, as_row),
    )


def effect_as_facts(effect: Effect) -> dict[str, list[dict[str, Any]]]:
    """The same for programs: `charges` and `balances`, each with what it was `before` and is `after`."""
    return {
        "charges": [
            {"call": each.call, "partner": each.partner, **_change(each), "why": each.why}
            for each in effect.charges
        ],
        "balances": [
            {"partner": each.partner, **_change(each), "simulated": each.simulated}
            for each in effect.balances
        ],
    }


def _change(changed: ChangedCharge | ChangedBalance) -> dict[str, str]:
    amounts = {"before": changed.before.decimal(), "after": changed.after.decimal()}
    return {**amounts, "currency": changed.after.currency}


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
