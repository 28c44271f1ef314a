"""The ways that alerts and invoices go, by the settings."""

from pathlib import Path

import pytest

from callrouter.alerts.channel import EMAIL, WEBHOOK, Recipient, recipients
from config.settings import read_settings
from workers.channels import channels, mail_sender

MAIL = {
    "ALERT_EMAIL": "a@example.org,b@example.org",
    "ALERT_FROM": "callrouter@example.org",
    "SMTP_URL": "smtp://mail.example.org",
}
HOOK = {
    "ALERT_WEBHOOK_URL": "https://hooks.example.org/secret",
    "ALERT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        (MAIL, [Recipient(EMAIL, "a@example.org"), Recipient(EMAIL, "b@example.org")]),
        (HOOK, [Recipient(WEBHOOK, "https://hooks.example.org")]),
        ({name: text for name, text in MAIL.items() if name != "ALERT_EMAIL"}, []),
    ],
)
def test_who_is_told_is_what_was_set(tmp_path: Path, given: dict[str, str], told: list[Recipient]) -> None:
    settings = read_settings({"CALLROUTER_HOME": str(tmp_path), **given}, tmp_path / ".env")
    assert recipients(channels(settings)) == told


def test_invoices_go_where_a_sender_and_a_server_are_set(tmp_path: Path) -> None:
    given = {"INVOICE_FROM": "billing@example.org", "SMTP_URL": MAIL["SMTP_URL"]}
    home = {"CALLROUTER_HOME": str(tmp_path)}
    found = mail_sender(read_settings(home | given, tmp_path / ".env"))
    assert found
    assert (found.sender, found.domain) == ("billing@example.org", "example.org")
    assert mail_sender(read_settings(home | MAIL, tmp_path / ".env")) is None
