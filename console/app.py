"""The console as one Flask application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask, Response
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

from console.access import Viewer, guard
from console.client_address import ClientAddress
from console.compression import compress_answers
from console.dependencies import ConsoleDependencies
from console.refusals import watch_refusals
from console.unreadable import refuse_unreadable
from console.whole_numbers import ShortInteger

PREFIX = "/console"
LARGEST_BODY = 8_200_000
"""bytes, as the web server takes for a directory file; a proxy that comes here directly may send any number"""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " media-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class SignIn(Protocol):
    """How people prove who they are."""

    def register(self, app: Flask) -> None:
        """Add the views of signing in and out."""

    def viewer(self) -> Viewer | None:
        """The person who sent this request; None: nobody who is signed in."""

    def redirect_to_sign_in(self) -> Any:
        """The answer to a request of nobody: go and sign in, and come back here."""

    def require_confirmation(self) -> Any:
        """None where the person signed in or confirmed lately; otherwise: go and confirm, and come back here."""


def console_app(
    dependencies: ConsoleDependencies, sign_in: SignIn, pages: Callable[[Flask, ConsoleDependencies], None]
) -> Flask:
    """The application; `pages` registers the views of the pages."""
    app = Flask("console", static_folder=None, template_folder="templates")
    app.config.update(
        SECRET_KEY=dependencies.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="callrouter_console",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=dependencies.public_url.startswith("https:"),
    )
    app.wsgi_app = ClientAddress(app.wsgi_app, dependencies.trusted_proxies)  # type: ignore[method-assign]
    app.url_map.converters["int"] = ShortInteger
    CSRFProtect(app)
    compress_answers(app)
    app.jinja_env.globals["csrf_field"] = csrf_field
    sign_in.register(app)
    pages(app, dependencies)
    watch_refusals(app, dependencies)
    guard(app, sign_in.viewer, on_unknown=sign_in.redirect_to_sign_in, on_stale=sign_in.require_confirmation)
    refuse_unreadable(app)

    @app.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def csrf_field() -> Markup:
    """The hidden field that every form which changes something has."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
