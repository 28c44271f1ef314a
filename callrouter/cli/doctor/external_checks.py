"""The checks of `callrouter doctor` outside this system: the carrier account, its numbers, mail, single sign-on."""

from __future__ import annotations

from collections import Counter

from callrouter.carrier.http_transport import HttpTransport
from callrouter.carrier.numbers import Kind, NumberAction
from callrouter.cli.carrier_account import CarrierAccount, carrier_account
from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.cli.numbers import actions_for
from callrouter.errors import NotDelivered
from callrouter.mail import MailSender, mail_server
from callrouter.staff.discovery import ProviderUnavailable, ProviderUnsuitable, discover, read_document
from callrouter.telephony import CarrierError, LoginRejected
from config.parsers import without_password

PATIENCE = 5.0
"""seconds, for each service"""
MOST_NAMED = 3


def carrier(dependencies: CommandDependencies) -> str:
    """Check that the account accepts our token and is active. If a simulated one does not run, no call is lost."""
    own = dependencies.settings
    if own.simulated:
        return "simulated: no real number is dialed"
    try:
        account = carrier_account(own, HttpTransport(PATIENCE)).account()
    except LoginRejected as error:
        raise FailedCheck(
            f"the account does not let us in: {error}",
            "TWILIO_AUTH_TOKEN must be the auth token of TWILIO_ACCOUNT_SID, and the account open",
        ) from error
    except CarrierError as error:
        where = without_password(own.carrier_api_url)
        mend = "calls go on; check the network, TWILIO_API_URL, and the carrier's status page"
        raise FailedCheck(f"{where} is not reached: {error}", mend) from error
    if not account.is_active:
        raise FailedCheck(f"the account is {account.status}", "see to it in the carrier's console")
    return f"Twilio, account {account.sid}, active"


def numbers(dependencies: CommandDependencies) -> str:
    """Check that the carrier has the directory's numbers and points them here, like `numbers sync --dry-run`."""
    own = dependencies.settings
    account = carrier_account(own, HttpTransport(PATIENCE))
    if own.simulated and not _answers(account):
        return "simulated, by a process that does not run"
    try:
        actions = actions_for(dependencies, account)
    except CarrierError as error:
        raise FailedCheck(f"the account's numbers cannot be read: {error}", "ask again later") from error
    counted = Counter(action.kind for action in actions)
    found = ", ".join(f"{counted[kind]} {kind}" for kind in Kind if counted[kind])
    if wrong := [_in_words(action) for action in actions if action.is_open]:
        listed = "; ".join(wrong[:MOST_NAMED]) + (" …" if len(wrong) > MOST_NAMED else "")
        raise FailedCheck(f"{found}: {listed}", "callrouter numbers sync (--dry-run shows it all)")
    return found


def _answers(account: CarrierAccount) -> bool:
    try:
        account.account()
    except CarrierError:
        return False
    return True


def _in_words(action: NumberAction) -> str:
    differs = ", ".join(f"{change.setting} is {change.is_set!r}" for change in action.changes)
    return f"{action.number} {differs or action.kind}"


def mail(dependencies: CommandDependencies) -> str:
    """Check that the mail server accepts our login. Nothing is sent."""
    own = dependencies.settings
    if own.smtp_url is None:
        return "no SMTP_URL is set: nothing is sent by e-mail"
    sender = own.alert_from or own.invoice_from or "callrouter@localhost"
    try:
        MailSender(mail_server(own.smtp_url), sender, seconds_to_wait=PATIENCE).check_login()
    except NotDelivered as error:
        mend = "check SMTP_URL: host, port, smtp or smtps, user and password; alerts and invoices wait until then"
        raise FailedCheck(f"{without_password(own.smtp_url)}: {error}", mend) from error
    return f"{without_password(own.smtp_url)} lets us in"


def single_sign_on(dependencies: CommandDependencies) -> str:
    """Check that the provider answers, says of itself what the settings say, and publishes keys."""
    issuer = dependencies.settings.console_oidc_issuer
    if issuer is None:
        return "no CONSOLE_OIDC_ISSUER is set: staff sign in with passwords and passkeys"
    try:
        keys = read_document(discover(issuer, PATIENCE).jwks_uri, PATIENCE).get("keys")
    except ProviderUnsuitable as error:
        raise FailedCheck(str(error), "write CONSOLE_OIDC_ISSUER exactly as the provider does") from error
    except ProviderUnavailable as error:
        mend = "whoever has a password can sign in; check CONSOLE_OIDC_ISSUER and the network"
        raise FailedCheck(str(error), mend) from error
    if not keys:
        raise FailedCheck(f"{issuer} publishes no keys", "see to it at the provider")
    return f"{issuer} answers; people return to {dependencies.settings.public_url}/console/sign-in/provider/return"
