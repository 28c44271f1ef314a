"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from flask import Flask

from console.app import PREFIX
from console.calls import calls_pages
from console.dependencies import ConsoleDependencies
from console.frame import Page, frame
from console.now import now_pages
from console.promises import promises_pages
from console.rotation import rotation_pages

NAVIGATION = (
    Page("Now", "now.now", "n"),
    Page("Calls", "calls.listed", "c"),
    Page("Rotation", "rotation.listed", "r"),
    Page("Promises", "promises.listed", "p"),
)


def register_pages(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Add the views of all pages."""
    app.register_blueprint(frame(app, dependencies, NAVIGATION), url_prefix=PREFIX)
    app.register_blueprint(now_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(calls_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(rotation_pages(dependencies), url_prefix=PREFIX)
    app.register_blueprint(promises_pages(dependencies), url_prefix=PREFIX)
