"""The checks of the web server and the console, and of the signatures that it accepts."""

from __future__ import annotations

from http import HTTPStatus

from callrouter.carrier.signature import sign
from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.external_checks import PATIENCE
from callrouter.cli.doctor.failed_check import FailedCheck
from config.web_address import address, answer
from simulator import ConnectionFailed, ResponseTimeout, SocketTransport


def web_server(dependencies: CommandDependencies) -> str:
    host, port = dependencies.settings.host, dependencies.settings.port
    where = address(host, port)
    answered = answer(host, port, "/readyz", timeout=PATIENCE)
    if answered is None:
        raise FailedCheck(f"nothing answers at {where}", "start it with `make run`")
    if answered[0] != HTTPStatus.OK:
        raise FailedCheck(f"{where}/readyz answers {answered[0]}: {answered[1].strip()}", "mend what it says")
    return f"{where} is ready"


def signatures(dependencies: CommandDependencies) -> str:
    """Check that our signed request is accepted and an unsigned one is not. It names no call, so nothing is written."""
    own = dependencies.settings
    url = f"{own.public_url}/twilio/status"
    fields = [("AccountSid", own.account_sid)]
    transport = SocketTransport(via=None if own.public else address(own.host, own.port), timeout=PATIENCE)
    try:
        signed = transport.post(
            url, fields, {"X-Twilio-Signature": sign(own.auth_tokens[0], url, fields)}
        ).status
        unsigned = transport.post(url, fields, {}).status
    except (ConnectionFailed, ResponseTimeout) as error:
        mend = "check PUBLIC_URL and its proxy" if own.public else "start the server with `make run`"
        raise FailedCheck(f"{own.public_url} is not reached from here: {error}", mend) from error
    finally:
        transport.close()
    if (signed, unsigned) != (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
        mend = "start the server with these settings; a proxy must hand on path and query as they are"
        raise FailedCheck(f"a signed request gets {signed} and an unsigned one {unsigned}", mend)
    return f"{own.public_url} knows our signature, and refuses to go without"


def console(dependencies: CommandDependencies) -> str:
    settings = dependencies.settings
    answered = answer(settings.host, settings.port, "/console/static/console.css", timeout=PATIENCE)
    if answered is None or answered[0] != HTTPStatus.OK:
        found = "no answer" if answered is None else f"the web server says {answered[0]}"
        raise FailedCheck(
            f"/console is not served: {found}", "start console: `make run`, or the process of the Procfile"
        )
    return "staff's pages are served"
