"""`StaffSignIn`: accounts, sessions and second factors of our own database, behind the console's `SignIn` protocol."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Flask, Response, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError

from callrouter.directory.partners import is_listed
from callrouter.staff.refusals import RefusalKind
from callrouter.staff.roles import Role
from callrouter.staff.sessions import CONFIRMATION_LASTS, SEEN_EVERY, find_session, see_session
from callrouter.staff.tokens import token_hash
from console.access import Viewer
from console.dependencies import ConsoleDependencies
from console.sign_in.account_pages import AccountPages
from console.sign_in.browser import KnownBrowsers, safe_target
from console.sign_in.confirmation import ConfirmationPages, confirmation_page
from console.sign_in.identity_provider import IdentityProvider
from console.sign_in.invitation_pages import InvitationPages
from console.sign_in.passwords import Passwords
from console.sign_in.proofs import Proofs, TooManyAttempts
from console.sign_in.provider_confirmation import ProviderConfirmation
from console.sign_in.provider_pages import ProviderPages
from console.sign_in.provider_refusals import show_refusals
from console.sign_in.sign_in_pages import SignInPages
from console.sign_in.staff_pages import StaffPages
from console.sign_in.totp import StaffTotp

PREFIX = "/console"
_PAGES = (
    SignInPages,
    InvitationPages,
    ConfirmationPages,
    AccountPages,
    StaffPages,
    ProviderPages,
    ProviderConfirmation,
)
_BY_SCRIPT = "HX-Request"
_OLD_FORM = "This form is not valid any more"
_WHAT_TO_DO = (
    "Somebody has signed in or out in this browser since it was opened. Nothing was changed."
    " Go back, load the page anew, and send the form again."
)
_log = structlog.get_logger()
_WAIT = timedelta(minutes=15)


class StaffSignIn:
    """How staff prove who they are (docs/decisions/0047-how-staff-sign-in.md)."""

    def __init__(self, dependencies: ConsoleDependencies) -> None:
        public = urlsplit(dependencies.public_url)
        key = dependencies.secret_key
        self._proofs = Proofs(
            dependencies,
            Passwords(),
            StaffTotp(key, f"callrouter {public.hostname}", dependencies.clock),
            KnownBrowsers(key, secure=public.scheme == "https"),
            IdentityProvider(dependencies.single_sign_on) if dependencies.single_sign_on else None,
        )

    def register(self, app: Flask) -> None:
        """Add the views of signing in and out, of one's own account, and of the staff's."""
        # A form stays valid as long as its session.
        app.config.update(WTF_CSRF_TIME_LIMIT=None)
        for pages in _PAGES:
            app.register_blueprint(pages(self._proofs).blueprint(), url_prefix=PREFIX)

        provider = self._proofs.provider
        if provider:
            show_refusals(app, provider.name)

        @app.context_processor
        def partner_pages() -> dict[str, Any]:
            return {
                "can_sign_out": True,
                "provider_name": provider.name if provider else "",
                "only_admins_have_passwords": provider is not None and provider.settings.is_required,
            }

        @app.errorhandler(CSRFError)
        def too_old(error: CSRFError) -> Any:
            g.refusal = RefusalKind.FORM
            _log.warning("form refused", endpoint=request.endpoint, reason=error.description)
            return render_template("error.html", heading=_OLD_FORM, text=_WHAT_TO_DO), HTTPStatus.BAD_REQUEST

        @app.errorhandler(TooManyAttempts)
        def refused(_: TooManyAttempts) -> Any:
            g.refusal = RefusalKind.ATTEMPTS
            seconds = {"Retry-After": str(int(_WAIT.total_seconds()))}
            return render_template("sign_in/too_many.html"), HTTPStatus.TOO_MANY_REQUESTS, seconds

    def viewer(self) -> Viewer | None:
        """The person who is signed in in this browser; None: nobody, or somebody whose session has ended."""
        token = session.get("staff")
        if not token:
            return None
        now = self._proofs.now()
        found = self._proofs.transact(lambda each: find_session(each, token_hash(token), now))
        if found is None:
            return None
        g.staff_session = found
        # A tab that is left open polls for ever; that is no act.
        polls = request.method == "GET" and _BY_SCRIPT in request.headers
        if not polls and now - found.seen_at >= SEEN_EVERY:
            self._proofs.transact(lambda each: see_session(each, found.id, now))
        return Viewer(
            found.account,
            found.name,
            Role(found.role),
            found.zone,
            found.shortcuts,
            self._listed(found.partner),
        )

    def _listed(self, partner: str | None) -> str | None:
        """The partner, while it is in the directory."""
        is_in = partner and self._proofs.transact(lambda each: is_listed(each, partner))
        return partner if is_in else None

    def redirect_to_sign_in(self) -> Any:
        """Go and sign in, and come back."""
        target = request.full_path if request.method == "GET" else urlsplit(request.referrer or "").path
        if _BY_SCRIPT in request.headers:
            target = urlsplit(request.headers.get("HX-Current-URL", "")).path
            return _leave_page(_with_target("entrance.sign_in", target))
        return redirect(_with_target("entrance.sign_in", target), 303)

    def require_confirmation(self) -> Any:
        """None where the last proof is recent; otherwise ask for one, and go on with what was asked for."""
        if self._proofs.now() - g.staff_session.confirmed_at < CONFIRMATION_LASTS:
            return None
        if _BY_SCRIPT in request.headers:
            target = urlsplit(request.headers.get("HX-Current-URL", "")).path
            return _leave_page(_with_target("confirmation.confirm", target))
        return confirmation_page(self._proofs)


def _leave_page(address: str) -> Response:
    """The answer to a script: the whole page goes elsewhere."""
    return Response(status=401, headers={"HX-Redirect": address})


def _with_target(endpoint: str, target: str) -> str:
    return f"{url_for(endpoint)}?{urlencode({'next': safe_target(target.rstrip('?'))})}"
