"""The ways that alerts go, by the settings."""

from __future__ import annotations

from callrouter.alerts.channel import EMAIL, WEBHOOK, Channel
from callrouter.alerts.mail import Mail
from callrouter.alerts.webhook import Webhook
from callrouter.mail import Post, mail_server
from config.settings import Settings


def channels(settings: Settings) -> dict[str, Channel]:
    """By their names; none where nothing is set, and alerts are only stored and shown."""
    found: dict[str, Channel] = {}
    if settings.alert_email and settings.smtp_url and settings.alert_from:
        found[EMAIL] = Mail(Post(mail_server(settings.smtp_url), settings.alert_from), settings.alert_email)
    if settings.alert_webhook_url and settings.alert_webhook_key:
        found[WEBHOOK] = Webhook(settings.alert_webhook_url, settings.alert_webhook_key)
    return found
