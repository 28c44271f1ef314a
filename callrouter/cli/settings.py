"""`callrouter settings`: what is in force, and where it comes from."""

from __future__ import annotations

from typing import NamedTuple

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.tables import format_option, print_rows
from config.parsers import origin_only, without_password
from config.settings import RULES, Settings

MASK = "••••••••"


@click.command()
@format_option
@with_dependencies
def settings(dependencies: CommandDependencies, form: str) -> None:
    """Print every setting with its source, secrets masked.

    \b
    Example:
      callrouter settings
    """
    print_rows(form, SettingRow._fields, [row._asdict() for row in describe(dependencies.settings)])


class SettingRow(NamedTuple):
    """`source` is one of environment, .env, made once, default."""

    name: str
    value: str
    source: str


def describe(settings: Settings) -> list[SettingRow]:
    """A row for each setting, in the order of the contract."""
    return [
        SettingRow(rule.name, _shown(settings, name), settings.sources.get(rule.name, "default"))
        for name, rule in RULES.items()
    ]


def _shown(settings: Settings, name: str) -> str:
    derived = {
        "database": without_password(settings.database) if settings.database else settings.database_url,
        "redis": without_password(settings.redis_url),
        "public": settings.public_url,
        "twilio_account_sid": settings.account_sid + (" (simulated carrier)" if settings.simulated else ""),
        "twilio_auth_token": MASK,
        "twilio_auth_token_secondary": MASK if settings.twilio_auth_token_secondary else "none",
        "twilio_api_url": settings.carrier_api_url + (" (simulated carrier)" if settings.simulated else ""),
        "directory": str(settings.directory or "the sample"),
        "alert_email": ", ".join(settings.alert_email or ()) or "nobody",
        "alert_from": settings.alert_from or "nobody",
        "invoice_from": settings.invoice_from or "nobody",
        "smtp_url": without_password(settings.smtp_url) if settings.smtp_url else "none",
        "alert_webhook_url": origin_only(settings.alert_webhook_url)
        if settings.alert_webhook_url
        else "none",
        "alert_webhook_secret": MASK if settings.alert_webhook_secret else "none",
        "metrics_address": "{}:{}".format(*settings.metrics_address) if settings.metrics_address else "none",
        "console_oidc_issuer": settings.console_oidc_issuer or "none: staff sign in with passwords",
        "console_oidc_client_id": settings.console_oidc_client_id or "none",
        "console_oidc_client_secret": MASK if settings.console_oidc_client_secret else "none",
        "invoice_issuer": settings.invoice_issuer or "the service by its own name",
        "secret_key": MASK,
        "evidence_key": MASK if settings.evidence_key else "the one in CALLROUTER_HOME",
        "vault_key_command": MASK if settings.vault_key_command else "none",
        "vault_key": f"{MASK} (ids: {', '.join(settings.vault_keys)})",
    }
    return derived.get(name, str(getattr(settings, name)))
