"""The channels of alerts and invoices, from the settings."""

from __future__ import annotations

from callrouter.alerts.channel import EMAIL, WEBHOOK, Channel
from callrouter.alerts.mail import EmailChannel
from callrouter.alerts.webhook import WebhookChannel
from callrouter.mail import MailSender, mail_server
from config.settings import Settings

SECONDS_FOR_AN_INVOICE = 20.0
"""for each step of the mail server, which may scan the attachments before it answers"""


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels of alerts by name. Without any, alerts are only stored and shown."""
    found: dict[str, Channel] = {}
    if settings.alert_email and settings.smtp_url and settings.alert_from:
        found[EMAIL] = EmailChannel(
            MailSender(mail_server(settings.smtp_url), settings.alert_from), settings.alert_email
        )
    if settings.alert_webhook_url and settings.alert_webhook_key:
        found[WEBHOOK] = WebhookChannel(settings.alert_webhook_url, settings.alert_webhook_key)
    return found


def mail_sender(settings: Settings) -> MailSender | None:
    """The mail sender of invoices. None if it is not configured; then invoices wait."""
    if not (settings.smtp_url and settings.invoice_from):
        return None
    server = mail_server(settings.smtp_url)
    return MailSender(server, settings.invoice_from, seconds_to_wait=SECONDS_FOR_AN_INVOICE)
