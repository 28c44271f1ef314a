"""The text that `make run` prints when all processes are up."""

from config.settings import Settings
from config.web_address import address

SIMULATED = "The carrier is simulated: no Twilio account is set, and no real number is dialed."
REAL = "Calls go through the Twilio account {account}."

WHAT_TO_TRY = """\
Try, in another shell, a call that two centers miss and a third takes:
  .venv/bin/callrouter call +18445610606
or one that nobody takes, and that is returned (by day, where the caller is; with QUIET_HOURS=none at any hour):
  .venv/bin/callrouter call +18445610606 --press -1 --center harbor-boston=no-answer
  .venv/bin/callrouter promises list --all
  .venv/bin/callrouter --help
Ctrl-C here stops everything."""


READY = "callrouter is ready."
NOT_WHOLE = "callrouter takes calls, but not everything works yet. {missing}"


FIRST_ADMIN = """\
Nobody can sign in to the console yet. This link makes the first admin:
  {link}
"""


def banner(settings: Settings, missing: str | None = None, first_link: str | None = None) -> str:
    """The addresses and what to try.

    `missing` is what does not work yet; `first_link` is the path that makes the first admin, where nobody can sign in.
    """
    here = address(settings.host, settings.port)
    carrier = SIMULATED if settings.simulated else REAL.format(account=settings.account_sid)
    return f"""
{READY if missing is None else NOT_WHOLE.format(missing=missing)}
  {here}/          what this is, and where to look
  {here}/console/  for staff: calls, promises, rotation, billing
  {here}/healthz   alive
  {here}/readyz    able to take a call
  {here}/statusz   everything works, workers included
  {here}/metrics   for Prometheus

{carrier}
{_first_admin(settings, first_link)}
{WHAT_TO_TRY}
"""


def _first_admin(settings: Settings, first_link: str | None) -> str:
    if first_link is None:
        return ""
    # A passkey belongs to a host name, and none can be made under a numeric address.
    origin = settings.public_url.replace("//127.0.0.1:", "//localhost:")
    return f"\n{FIRST_ADMIN.format(link=origin + first_link)}"
