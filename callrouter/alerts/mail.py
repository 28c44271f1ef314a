"""Delivers alerts by e-mail, one message to each address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from callrouter.alerts.alert import Alert
from callrouter.alerts.text import alert_text
from callrouter.mail import MailSender


class EmailChannel:
    """The mail sender of alerts, and the addresses."""

    def __init__(self, mail_sender: MailSender, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self._mail_sender = mail_sender

    def send(self, address: str, alert: Alert, now: datetime) -> None:
        """Send one message."""
        self._mail_sender.send(message(alert, self._mail_sender, address, now))


def message(alert: Alert, mail_sender: MailSender, address: str, now: datetime) -> EmailMessage:
    """The message. Every attempt has the same `Message-ID`. *Pure.*"""
    text = alert_text(alert)
    mail = EmailMessage()
    mail["From"] = mail_sender.sender
    mail["To"] = address
    mail["Subject"] = f"callrouter: {text.subject}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{alert.message}@{mail_sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    at = f"{alert.happened_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    mail.set_content(
        f"{text.happened}\n\nWhat to do: {text.to_do}\n\n"
        f"It happened at {at}. `callrouter alerts list` shows it with others.\n"
    )
    return mail
