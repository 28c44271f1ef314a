"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from flask import Flask

from console.app import PREFIX
from console.audit import audit_pages
from console.billing import billing_pages
from console.calls.pages import calls_pages
from console.dependencies import ConsoleDependencies
from console.directory.changes import directory_change_pages
from console.directory.entries.pages import directory_entry_pages
from console.directory.overview import directory_pages
from console.frame import NavigationPage, frame
from console.messages.pages import messages_pages
from console.now import now_pages
from console.partner.calls import partner_calls_pages
from console.partner.centers import partner_centers_pages
from console.partner.money import partner_money_pages
from console.partner.promises import partner_promises_pages
from console.pictures import pictures_pages
from console.privacy import privacy_pages
from console.promises import promises_pages
from console.reveals.pages import reveal_pages
from console.rights import rights_pages
from console.rotation.pages import rotation_pages
from console.start import start_pages
from console.try_a_call import trial_pages
from console.wording_audio import wording_audio_pages
from console.wording_changes import wording_change_pages
from console.wordings import wordings_pages

NAVIGATION = (
    NavigationPage("Now", "now.now", "n"),
    NavigationPage("Calls", "calls.listed", "c"),
    NavigationPage("Rotation", "rotation.listed", "r"),
    NavigationPage("Promises", "promises.listed", "p"),
    NavigationPage("Messages", "messages.listed", "m"),
    NavigationPage("Billing", "billing.report", "b"),
    NavigationPage("Pictures", "pictures.pictures", "i"),
    NavigationPage("Directory", "directory.overview", "d"),
    NavigationPage("Wordings", "wordings.listed", "w"),
    NavigationPage("Privacy", "privacy.overview", "y"),
    NavigationPage("Reveals", "reveals.listed", "v"),
    NavigationPage("Audit", "audit.acts", "u"),
    # For partners' people, who see none of the others.
    NavigationPage("Your calls", "partner_calls.listed", "c"),
    NavigationPage("Your promises", "partner_promises.listed", "p"),
    NavigationPage("Your centers", "partner_centers.listed", "d"),
    NavigationPage("Your account", "partner_money.account", "b"),
)


def register_pages(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Add the views of all pages."""
    app.register_blueprint(frame(app, dependencies, NAVIGATION), url_prefix=PREFIX)
    app.register_blueprint(now_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(calls_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(rotation_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(promises_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(messages_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(billing_pages(dependencies), url_prefix=f"{PREFIX}/billing")
    app.register_blueprint(pictures_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(privacy_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(reveal_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(audit_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(directory_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(directory_change_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(directory_entry_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(rights_pages(app), url_prefix=PREFIX)
    app.register_blueprint(start_pages(dependencies), url_prefix=PREFIX)
    if dependencies.trial_calls:
        app.register_blueprint(trial_pages(dependencies, dependencies.trial_calls), url_prefix=PREFIX)
    for partner_pages in (
        partner_calls_pages,
        partner_promises_pages,
        partner_centers_pages,
        partner_money_pages,
    ):
        app.register_blueprint(partner_pages(dependencies), url_prefix=f"{PREFIX}/partner")
    app.register_blueprint(wordings_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(wording_change_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(wording_audio_pages(dependencies), url_prefix=PREFIX)
