"""Delivers alerts by e-mail, one message to each address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from callrouter.alerts.alert import Alert
from callrouter.alerts.text import alert_text
from callrouter.mail import Post


class EmailChannel:
    """The mail sender of alerts, and the addresses."""

    def __init__(self, post: Post, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self._post = post

    def send(self, address: str, alert: Alert, now: datetime) -> None:
        """Send one message."""
        self._post.hand_in(message(alert, self._post, address, now))


def message(alert: Alert, post: Post, address: str, now: datetime) -> EmailMessage:
    """The message. Every attempt has the same `Message-ID`. *Pure.*"""
    told = alert_text(alert)
    mail = EmailMessage()
    mail["From"] = post.sender
    mail["To"] = address
    mail["Subject"] = f"callrouter: {told.subject}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{alert.message}@{post.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    at = f"{alert.happened_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    mail.set_content(
        f"{told.happened}\n\nWhat to do: {told.to_do}\n\n"
        f"It happened at {at}. `callrouter alerts list` shows it with others.\n"
    )
    return mail
