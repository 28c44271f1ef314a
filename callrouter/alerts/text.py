"""The text of an alert for people: what happened, where, and what to do. *Pure.*"""

from __future__ import annotations

from datetime import UTC
from typing import NamedTuple

from callrouter.alerts.alert import Alert
from callrouter.events.heartbeat import BEAT, CONSOLE, EXTERNAL, OUTBOX_SWEEPER, WEB, WORKER, patience

_LONGEST_NUMBER = 40
_UNSEEN = {
    WEB: "While no web server runs, no call is answered.",
    WORKER: "Without it, charges and records come late: the outbox sweeper writes them after half a minute.",
    EXTERNAL: "Without it nobody is called back, and no invoice is sent.",
    BEAT: "Without it nobody is called back, and calls whose end was never told stay open.",
    OUTBOX_SWEEPER: "Without it nobody steps in where the broker or a worker stands still.",
    CONSOLE: "Without it staff see no page. Calls are answered as always.",
}


class AlertText(NamedTuple):
    """One line, and two short paragraphs."""

    subject: str
    happened: str
    to_do: str


def alert_text(alert: Alert) -> AlertText:
    """The text of an alert."""
    return _TEXTS[alert.what](alert)


def _center_paused(alert: Alert) -> AlertText:
    return AlertText(
        f"{alert.center} is paused after missed calls",
        f"{alert.center} has missed so many calls within an hour that helplines do not ring it for an hour. "
        f"The latest was call {alert.call}.",
        "Ask the center why nobody picks up. "
        f"`callrouter center resume {alert.center}` has it rung again at once.",
    )


def _evidence_behind(alert: Alert) -> AlertText:
    return AlertText(
        "The evidence log is behind",
        f"At {alert.happened_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC records had waited for more than a minute to be in "
        f"the evidence log, which the process {alert.process} writes: it refuses to sign, its key is missing, or it "
        "cannot keep up. Calls are answered as always, and new invoices wait. It is told once an hour as it lasts.",
        "`callrouter doctor` says what is wrong, and `callrouter disclosure verify` what was changed. docs/evidence.md "
        "says what to do.",
    )


def _message_left(alert: Alert) -> AlertText:
    return AlertText(
        f"A message was left for {alert.center or 'nobody yet'}",
        f"The caller of call {alert.call}{_place(alert)} left a message.",
        f"{_whoever_hears_it(alert)} `callrouter show {alert.call}` shows the call.",
    )


def _whoever_hears_it(alert: Alert) -> str:
    return (
        f"See that {alert.center} hears it." if alert.center else "No center owes it: find one that hears it."
    )


def _nobody_eligible(alert: Alert) -> AlertText:
    return AlertText(
        f"Nobody could be rung on the helpline {alert.helpline}",
        f"No center of the helpline {alert.helpline} could have call {alert.call}, so its caller was offered a "
        "return call or a message. Further such calls of this hour are not told.",
        f"`callrouter show {alert.call}` tells why each center was passed over. Mend that in the directory "
        "file, or ask a center to open.",
    )


def _process_unseen(alert: Alert) -> AlertText:
    return AlertText(
        f"The process {alert.process} has not been seen",
        f"At {alert.happened_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC the process {alert.process} had not been seen for "
        f"at least {patience(alert.process or '').total_seconds():.0f} seconds. "
        f"{_UNSEEN[alert.process or '']} It is told once an hour as long as that lasts.",
        f"`callrouter doctor` shows whether the broker answers, and when each process was last seen. Start "
        f"{alert.process} again where it stands still.",
    )


def _promise_overdue(alert: Alert) -> AlertText:
    late = f"{alert.center} owes it, and is late" if alert.center else "no center owes it"
    return AlertText(
        "A promised call was not returned in time",
        f"The caller of call {alert.call}{_place(alert)} was promised a return call; {late}.",
        f"`callrouter promises show {alert.call}` tells what was tried, and `callrouter promises --help` what "
        "can be done about it.",
    )


def _purge_failed(alert: Alert) -> AlertText:
    return AlertText(
        "Callers' numbers could not be purged",
        f"The purge of the process {alert.process} failed. What it had purged before stays purged, and it is tried "
        "again within an hour.",
        f"The log of {alert.process} has the error. `callrouter privacy purge` shows it too, and "
        "`callrouter privacy status` what is to be purged.",
    )


def _purge_late(alert: Alert) -> AlertText:
    return AlertText(
        "Callers' numbers are kept longer than they may be",
        f"What the process {alert.process} has to purge is more than 2 days late. It is told once a day as long as "
        "that lasts.",
        "`callrouter privacy status` shows what is late, and `callrouter privacy purge` purges it.",
    )


def _reveal_waits(alert: Alert) -> AlertText:
    return AlertText(
        "Somebody wants to see a further caller's number",
        f"Somebody has seen as many callers' numbers within 24 hours as one person may see alone, and asks for that of "
        f"call {alert.call}.",
        "The page Reveals of the console says who, how many, and why. Another person with the right approves or "
        "declines it there; it expires after 24 hours.",
    )


def _unknown_number(alert: Alert) -> AlertText:
    number = "".join(filter(str.isprintable, alert.dialled or ""))[:_LONGEST_NUMBER]
    return AlertText(
        f"{number} is in no listing and no helpline",
        f"Somebody dialled {number}, which the carrier brings to us and the directory does not know. The caller "
        f"of call {alert.call} heard that it is not in service. Further such calls of this hour are not told.",
        "Add the number to a listing or a helpline of the directory file and load it, or have the carrier bring "
        "it elsewhere.",
    )


def _place(alert: Alert) -> str:
    if alert.helpline:
        return f" to the helpline {alert.helpline}"
    return f" to the listing {alert.listing}" if alert.listing else ""


_TEXTS = {
    "center-paused": _center_paused,
    "evidence-behind": _evidence_behind,
    "message-left": _message_left,
    "nobody-eligible": _nobody_eligible,
    "process-unseen": _process_unseen,
    "promise-overdue": _promise_overdue,
    "purge-failed": _purge_failed,
    "purge-late": _purge_late,
    "reveal-waits": _reveal_waits,
    "unknown-number": _unknown_number,
}
