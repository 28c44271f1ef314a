"""The checks of what waits: return calls, the outbox, and deliveries of alerts, invoices and messages."""

from __future__ import annotations

from datetime import timedelta

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.reports.alerts import GIVEN_UP, RECENT, undelivered
from callrouter.reports.messages.messages import unfetched
from callrouter.reports.money.deliveries import undelivered_invoices
from callrouter.reports.promises.figures import promise_figures
from callrouter.reports.waiting import waiting
from config.parsers import origin_only

OLDEST_FACT = timedelta(minutes=1)
OLDEST_MESSAGE = timedelta(hours=1)


def promises(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        figures = promise_figures(connection, dependencies.now())
    if figures.overdue:
        raise FailedCheck(
            f"{figures.overdue} return calls are overdue",
            "callrouter promises list says what each waits for; promises assign, or close",
        )
    return f"{figures.open} return calls are owed, none is overdue"


def outbox(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        facts, since, set_aside = waiting(connection)
    if set_aside:
        raise FailedCheck(
            f"{set_aside} facts kept failing", "callrouter outbox list, mend, callrouter outbox retry"
        )
    if since and dependencies.now() - since > OLDEST_FACT:
        age = (dependencies.now() - since).total_seconds()
        raise FailedCheck(f"{facts} facts wait, the oldest for {age:.0f} seconds", "see to the workers")
    return f"{facts} facts wait"


def alerts(dependencies: CommandDependencies) -> str:
    own = dependencies.settings
    with dependencies.reading() as connection:
        counts = undelivered(connection, dependencies.now() - RECENT)
    given_up = sum(count for (_, status), count in counts.items() if status == GIVEN_UP)
    if given_up:
        mend = "callrouter alerts deliveries, mend, callrouter alerts retry ID"
        raise FailedCheck(f"{given_up} deliveries were given up", mend)
    channels = [f"by e-mail to {', '.join(own.alert_email)}"] if own.alert_email else []
    channels += [f"by webhook to {origin_only(own.alert_webhook_url)}"] if own.alert_webhook_url else []
    return " and ".join(channels) or (
        "only stored, and shown by `callrouter alerts list`; to be told, set ALERT_EMAIL, ALERT_FROM and SMTP_URL,"
        " or ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET"
    )


def invoices(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        waits, given_up = undelivered_invoices(connection)
    if given_up:
        mend = "callrouter billing deliveries --open, mend, callrouter billing send INVOICE"
        raise FailedCheck(f"{given_up} deliveries of invoices were given up", mend)
    if waits and not dependencies.settings.invoice_from:
        return f"{waits} wait to be sent, until INVOICE_FROM and SMTP_URL are set"
    return f"{waits} wait to be sent"


def messages(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        count, since, set_aside = unfetched(connection)
    if set_aside:
        raise FailedCheck(
            f"{set_aside} messages cannot be fetched from the carrier, or deleted there",
            "callrouter messages list, mend, callrouter messages retry",
        )
    if since and dependencies.now() - since > OLDEST_MESSAGE:
        hours = (dependencies.now() - since) / timedelta(hours=1)
        mend = "callrouter messages list tells why; see to the process external"
        raise FailedCheck(f"{count} messages are not fetched yet, the oldest for {hours:.0f} hours", mend)
    return f"{count} messages are to be fetched"
