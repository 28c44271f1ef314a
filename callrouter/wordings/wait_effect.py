"""What changed wordings do to the time that callers wait, before the change is made. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.attempts import SpokenSeconds, attempts_that_fit, longest_wait
from callrouter.directory.directory import Directory, Helpline
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long callers of a helpline wait, in seconds, and how many attempts fit into its longest wait."""

    greeting_seconds: int
    attempts: int
    longest_wait_seconds: int


@dataclass(frozen=True, slots=True)
class WaitEffect:
    """One helpline before and after."""

    helpline: str
    max_wait_seconds: int
    before: Waiting
    after: Waiting

    @property
    def forbids(self) -> str | None:
        """Why the change may not be made: a caller's longest wait has no place for an attempt any more."""
        if self.after.attempts or not self.before.attempts:
            return None
        return (
            f"{self.helpline}: no attempt to reach a center fits into max_wait_seconds {self.max_wait_seconds}:"
            f" the greeting takes {self.after.greeting_seconds} s, where it took {self.before.greeting_seconds} s."
            " Shorten the texts, or raise max_wait_seconds first"
        )

    def in_words(self) -> str:
        before, after = self.before, self.after
        return (
            f"{self.helpline}: greeting {before.greeting_seconds} → {after.greeting_seconds} s, attempts that fit"
            f" {before.attempts} → {after.attempts}, longest wait {before.longest_wait_seconds} →"
            f" {after.longest_wait_seconds} s"
        )


def wait_effects(directory: Directory, before: Wordings, after: Wordings) -> tuple[WaitEffect, ...]:
    """The effect on each helpline whose callers would wait longer or shorter, or have other attempts."""
    spoken_before, spoken_after = spoken_seconds(before), spoken_seconds(after)
    effects = (
        WaitEffect(
            helpline.key,
            helpline.max_wait_seconds,
            _waiting(directory, helpline, spoken_before),
            _waiting(directory, helpline, spoken_after),
        )
        for helpline in directory.helplines.values()
    )
    return tuple(effect for effect in effects if effect.before != effect.after)


def _waiting(directory: Directory, helpline: Helpline, spoken: SpokenSeconds) -> Waiting:
    return Waiting(
        spoken.greeting(helpline),
        attempts_that_fit(directory, helpline, spoken),
        longest_wait(directory, helpline, spoken),
    )
