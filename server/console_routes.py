"""Writes `docs/console-routes.md`: `python -m server.console_routes`, which `make docs` does. It opens no database."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import Database
from callrouter.privacy.vault import Vault
from console.app import console_app
from console.dependencies import ConsoleDependencies
from console.pages import register_pages
from console.route_rights import rights_document
from console.sign_in import StaffSignIn

DOCUMENT = Path(__file__).parents[1] / "docs" / "console-routes.md"
_NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"


def routed_console() -> Flask:
    """The console with every route, which can serve none."""
    dependencies = ConsoleDependencies(
        Database(_NOWHERE, connections=1),
        Vault({"none": bytes(32)}),
        lambda: datetime.now(UTC),
        "http://127.0.0.1",
        "nothing is signed with this",
        simulated=True,
        trial_calls=TrialCalls("none", "none", "http://127.0.0.1"),
    )
    return console_app(dependencies, StaffSignIn(dependencies), register_pages)


def main() -> int:
    DOCUMENT.write_text(rights_document(routed_console()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
