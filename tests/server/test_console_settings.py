"""What the console's process makes of its settings."""

from pathlib import Path

import pytest

from config.settings import read_settings
from console.dependencies import SingleSignOn
from server.console_server import single_sign_on

PROVIDER = {
    "CONSOLE_OIDC_ISSUER": "https://login.example.org",
    "CONSOLE_OIDC_CLIENT_ID": "callrouter",
    "CONSOLE_OIDC_CLIENT_SECRET": "hush",
}


@pytest.mark.parametrize(("passwords", "is_required"), [("everybody", False), ("admins", True)])
def test_the_provider_of_the_settings_is_used(tmp_path: Path, passwords: str, is_required: bool) -> None:
    environment = PROVIDER | {"CONSOLE_PASSWORDS": passwords, "CALLROUTER_HOME": str(tmp_path / "home")}
    found = single_sign_on(read_settings(environment, tmp_path / ".env"))
    assert found == SingleSignOn("https://login.example.org", "callrouter", "hush", is_required)
    assert "hush" not in repr(found)


def test_without_one_staff_sign_in_with_passwords(tmp_path: Path) -> None:
    environment = {"CALLROUTER_HOME": str(tmp_path / "home")}
    assert single_sign_on(read_settings(environment, tmp_path / ".env")) is None
