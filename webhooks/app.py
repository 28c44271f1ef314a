"""The Flask application for the carrier's webhooks, and its dependencies."""

from __future__ import annotations

from flask import Flask

from callrouter.calls.dependencies import CallDependencies
from callrouter.carrier.twiml import renderer
from callrouter.carrier.twiml_returns import return_renderer
from callrouter.directory.versions import DirectoryCache
from callrouter.erasure import erase_caller
from callrouter.messages.store import store_message
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import BY_DAY, CallingHours
from callrouter.promises.make import PromiseMaker
from callrouter.promises.return_calls.dependencies import ReturnCallDependencies
from callrouter.routing.memory import RoutingMemory
from callrouter.wordings.sentences import announcement_seconds
from callrouter.wordings.versions import WordingsCache
from webhooks.door import Door
from webhooks.returns import returns
from webhooks.voice import voice


def dependencies(
    vault: Vault,
    origin: str,
    *,
    proof_codes: ProofCodes,
    simulated: bool,
    hours: CallingHours = BY_DAY,
) -> CallDependencies:
    """Create the collaborators of all callbacks. Each process does so once."""
    return CallDependencies(
        directories=DirectoryCache(),
        wordings=WordingsCache(),
        memory=RoutingMemory(),
        vault=vault,
        proof_codes=proof_codes,
        render=renderer(origin),
        announcement_seconds=announcement_seconds,
        promises=PromiseMaker(vault, hours),
        keep_message=store_message,
        simulated=simulated,
    )


def return_call_dependencies(
    made: CallDependencies, origin: str, hours: CallingHours = BY_DAY
) -> ReturnCallDependencies:
    """Create the collaborators of the callbacks of return calls."""
    return ReturnCallDependencies(
        directories=made.directories,
        memory=made.memory,
        hours=hours,
        vault=made.vault,
        proof_codes=made.proof_codes,
        wordings=made.wordings,
        render=return_renderer(origin),
        erase_caller=erase_caller,
    )


def webhooks_app(door: Door, returned: ReturnCallDependencies) -> Flask:
    """The application for the carrier's webhooks. It sets no cookies and sends no redirects."""
    app = Flask("webhooks", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    app.register_blueprint(voice(door))
    app.register_blueprint(returns(door, returned))
    return app
