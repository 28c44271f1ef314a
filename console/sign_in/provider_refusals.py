"""Why nobody was signed in through the provider, in our own words: nothing that the provider wrote is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from flask import Flask, g, render_template

from callrouter.staff.discovery import ProviderUnavailable
from callrouter.staff.refusals import RefusalKind

_TRY_AGAIN = "Try again. If it stays so, tell an admin."
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Words:
    status: int
    heading: str
    text: str


class Refusal(Enum):
    """A reason, with its status and words. `{provider}` is the name of its host."""

    UNAVAILABLE = _Words(
        503,
        "{provider} does not answer",
        "Nobody can sign in through it now. Try again in a minute. Whoever has a password for this console can use it.",
    )
    DENIED = _Words(
        403,
        "{provider} did not let you in",
        "You stopped there, or it does not let you use this console. Try again, or ask whoever looks after {provider}.",
    )
    FAILED = _Words(400, "{provider} could not sign you in", f"It reported a problem. {_TRY_AGAIN}")
    NOT_ASKED = _Words(
        400,
        "This sign-in is not valid any more",
        "It was begun in another browser or more than 10 minutes ago, or it was used already. Begin again.",
    )
    NOT_PROVED = _Words(
        400, "{provider} did not prove who you are", f"Its answer could not be trusted. {_TRY_AGAIN}"
    )
    NOT_INVITED = _Words(
        403,
        "You have no account here",
        "{provider} knows you, but nobody has invited you to this console under an address that it has verified."
        " Ask an admin for an invitation.",
    )
    TAKEN = _Words(
        403,
        "This account belongs to somebody else",
        "It is bound to another person of {provider}, or you have another account here. Ask an admin to look at it.",
    )
    NOT_FRESH = _Words(
        403,
        "{provider} did not ask you anew",
        "What you asked for needs a proof that is at most 5 minutes old, and {provider} did not say that it has one.",
    )
    OTHER_PERSON = _Words(
        403,
        "That was somebody else",
        "You signed in at {provider} as another person than in this console. Nothing was confirmed.",
    )


class ProviderRefusal(Exception):
    """Nobody was signed in."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.name.lower())
        self.why = why


def show_refusals(app: Flask, provider: str) -> None:
    """Show the words of each refusal. `provider` is the name of its host."""

    @app.errorhandler(ProviderRefusal)
    def refused(refusal: ProviderRefusal) -> Any:
        _log.warning("sign-in refused", reason=str(refusal), factor="provider")
        if refusal.why is not Refusal.UNAVAILABLE:
            g.refusal = RefusalKind.SIGN_IN
        words = refusal.why.value
        heading, text = (each.format(provider=provider) for each in (words.heading, words.text))
        return render_template("sign_in/provider_refused.html", heading=heading, text=text), words.status

    @app.errorhandler(ProviderUnavailable)
    def unavailable(error: ProviderUnavailable) -> Any:
        _log.warning("the provider of single sign-on is not available", reason=str(error))
        return refused(ProviderRefusal(Refusal.UNAVAILABLE))
