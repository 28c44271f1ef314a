"""A real OpenID Connect provider for tests: Canaille (https://canaille.readthedocs.io), on a port of this machine.

People sign in there with their passwords. It can be slow, be down, change its keys, and be tampered with: a forger may
exchange the ID token of its answers, and whatever else it says of itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any
from urllib.parse import urljoin
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.oidc.provider import AuthorizationCodeGrant
from flask import Flask
from joserfc.jwk import RSAKey
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from tests.browser import served

CLIENT_ID, CLIENT_SECRET = "callrouter", "secret of the client"
PASSWORD = "correct horse battery staple"
QUIET = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "loggers": {"canaille": {"handlers": ["none"], "propagate": False}},
}
Change = Callable[[dict[str, Any]], dict[str, Any]]
"""what makes another answer of one; both are JSON objects"""


@dataclass
class Tampering:
    """Stands before the provider, and changes its answers to requests of these paths."""

    app: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
    changes: dict[str, Change] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    """what is answered with a page of this status, as a gateway does"""
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path in self.pages:
            return Response("<h1>No</h1>", self.pages[path])(environ, start_response)
        change = self.changes.get(path)
        if change is None:
            return self.app(environ, start_response)
        body, _, _ = run_wsgi_app(self.app, environ, buffered=True)
        changed = Response(json.dumps(change(json.loads(b"".join(body)))), mimetype="application/json")
        return changed(environ, start_response)


@dataclass
class PersonThere:
    """Somebody with an account at the provider, and their browser's session there."""

    provider: IdentityProvider
    user: Any
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def subject(self) -> str:
        return str(self.user.id)

    def signs_in(self, address: str) -> str:
        """Follows the address of a request to its end; where the provider sends the browser then."""
        answer = self.session.get(address, allow_redirects=False)
        for _ in range(9):
            if answer.status_code != 302:
                answer = self.session.post(answer.url, data=self._form(answer), allow_redirects=False)
            target = urljoin(answer.url, answer.headers["Location"])
            if not target.startswith(self.provider.issuer):
                return target
            answer = self.session.get(target, allow_redirects=False)
        raise AssertionError(f"{answer.url} leads nowhere: {answer.text}")

    def _form(self, page: requests.Response) -> dict[str, str]:
        field = "password" if 'name="password"' in page.text else "login"
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return {
            "csrf_token": token[1] if token else "",
            field: PASSWORD if field == "password" else self.user.user_name,
        }


@dataclass
class IdentityProvider:
    """The provider that runs."""

    app: Flask
    port: int
    tampering: Tampering
    key: RSAKey

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def knows(self, name: str, email: str, *, verified: bool = True) -> PersonThere:
        """A new person there."""
        user = models.User(
            user_name=f"{name}-{token_hex(4)}",
            family_name=name,
            emails=[email],
            title="verified" if verified else "",
            password=PASSWORD,
        )
        with self.app.app_context():
            Backend.instance.save(user)
        return PersonThere(self, user)

    def sends_back_to(self, address: str) -> None:
        """One more address to which our client lets people return."""
        with self.app.app_context():
            client = Backend.instance.get(models.Client, client_id=CLIENT_ID)
            client.redirect_uris = [*client.redirect_uris, address]
            Backend.instance.save(client)

    def changes_its_keys(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [self.key.as_dict(private=True)]


@contextmanager
def running_identity_provider(port: int) -> Iterator[IdentityProvider]:
    """The provider, which knows our client."""
    key = RSAKey.generate_key(2048, auto_kid=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        app = create_app(config=_configuration(port, key))
        mapping = app.config["CANAILLE_OIDC"]["USERINFO_MAPPING"]
        mapping["EMAIL_VERIFIED"] = "{% if user.title == 'verified' %}true{% endif %}"
        # Canaille's database in memory takes "this code and this client" for "this code or this client".
        patch.setattr(AuthorizationCodeGrant, "query_authorization_code", _authorization_code)
        _register_client(app)
        tampering = app.wsgi_app = Tampering(app.wsgi_app)  # type: ignore[method-assign]
        with served(app, port):
            yield IdentityProvider(app, port, tampering, key)


def _authorization_code(_: AuthorizationCodeGrant, code: str, __: Any) -> Any:
    return next(iter(Backend.instance.query(models.AuthorizationCode, code=code)), None)


def _configuration(port: int, key: RSAKey) -> dict[str, Any]:
    return {
        "ENV_FILE": None,
        "SECRET_KEY": token_hex(16),
        "PREFERRED_URL_SCHEME": "http",
        "SERVER_NAME": f"127.0.0.1:{port}",
        "CANAILLE": {
            "DATABASE": "memory",
            "JAVASCRIPT": False,
            "LOGGING": QUIET,
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
        },
        "CANAILLE_OIDC": {
            "ACTIVE_JWKS": [key.as_dict(private=True)],
            "USERINFO_MAPPING": {"SUB": "{{ user.id }}", "EMAIL": "{{ user.emails[0] }}"},
        },
    }


def _register_client(app: Flask) -> None:
    client = models.Client(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_name="callrouter",
        client_uri="http://127.0.0.1",
        redirect_uris=[],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "email"],
        token_endpoint_auth_method="client_secret_basic",
    )
    with app.app_context():
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
