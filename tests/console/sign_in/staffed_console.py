"""The console with the real sign-in, and people who use it in browsers of their own."""

from __future__ import annotations

import hmac
import re
from base64 import b32decode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import Database
from callrouter.privacy.vault import Vault
from callrouter.staff.accounts import StaffAct, add_account, invite
from callrouter.staff.roles import Role
from callrouter.staff.tokens import token_hash
from config.proxies import networks
from console.app import console_app
from console.dependencies import ConsoleDependencies, SingleSignOn
from console.pages import register_pages
from console.sign_in import StaffSignIn

PUBLIC_URL = "http://127.0.0.1:8000"
SECRET_KEY = "s" * 32
PASSWORD = "lavender kettle 71"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """Runs with the real one, as TOTP codes do, and can be moved on, or stopped."""

    ahead: timedelta = timedelta()
    stopped_at: datetime | None = None

    def now(self) -> datetime:
        return self.stopped_at or datetime.now(UTC) + self.ahead

    def stop(self, at: datetime) -> None:
        self.stopped_at = at


@dataclass
class Browser:
    """One person's browser, at one address."""

    client: FlaskClient
    address: str

    def opens(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, headers={"X-Forwarded-For": self.address}, **how)

    def sends(self, path: str, form: dict[str, str], page: str | None = None) -> TestResponse:
        """Fills in a form of the page (default: at the same address), with its hidden token."""
        sent = {**form, "csrf_token": self.token(page or path)}
        return self.client.post(path, data=sent, headers={"X-Forwarded-For": self.address})

    def token(self, page: str) -> str:
        """The hidden one of the forms of a page; empty where it has none."""
        found = CSRF.search(self.opens(page).text)
        return found[1] if found else ""

    def is_in(self) -> bool:
        return self.opens("/console/account").status_code == 200


@dataclass
class Authenticator:
    """An authenticator app, by RFC 6238. Half a minute passes before each code, so that none is a repetition."""

    key: bytes
    clock: Clock

    def code(self) -> str:
        self.clock.ahead += timedelta(seconds=30)
        counter = int(self.clock.now().timestamp()) // 30
        digest = hmac.digest(self.key, counter.to_bytes(8, "big"), "sha1")
        offset = digest[-1] & 15
        number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"


@dataclass
class StaffedConsole:
    """An application on one database."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    public_url: str = PUBLIC_URL
    single_sign_on: SingleSignOn | None = None
    trusted_proxies: str = ""

    def __post_init__(self) -> None:
        vault = Vault({"1": b"k" * 32})
        dependencies = ConsoleDependencies(
            self.database,
            vault,
            self.clock.now,
            self.public_url,
            SECRET_KEY,
            simulated=True,
            trial_calls=TrialCalls("none", "none", "http://127.0.0.1:1"),
            single_sign_on=self.single_sign_on,
            trusted_proxies=networks(self.trusted_proxies) if self.trusted_proxies else (),
        )
        self.app: Flask = console_app(dependencies, StaffSignIn(dependencies), register_pages)
        self.app.config.update(TESTING=True)

    def browser(self, address: str = "192.0.2.1") -> Browser:
        client = self.app.test_client()
        return Browser(client, address)

    def invites(self, name: str, role: Role = Role.VIEWER, partner: str | None = None) -> str:
        """The path of a person's link."""
        token, act = f"link-of-{name}", StaffAct("root", self.clock.now())
        account = self.database.transact(
            lambda session: add_account(session, name, role, act, partner=partner)
        )
        self.database.transact(lambda session: invite(session, account, token_hash(token), act.at))
        return f"/console/invitation/{token}"

    def accepts(self, link: str, browser: Browser) -> tuple[Authenticator, list[str]]:
        """Follows a link to its end; the app that was set up, and the recovery codes."""
        assert browser.sends(link, {"password": PASSWORD}).status_code == 303
        app = authenticator(browser.opens(link), self.clock)
        done = browser.sends(f"{link}/code", {"code": app.code(), "browser_zone": "Europe/Paris"}, page=link)
        assert done.status_code == 200, done.text
        return app, re.findall(r"<li>([a-z2-9-]+)</li>", done.text)

    def joins(self, name: str, role: Role = Role.VIEWER, partner: str | None = None) -> Person:
        """A person who has accepted an invitation, and is signed in."""
        browser = self.browser()
        app, codes = self.accepts(self.invites(name, role, partner), browser)
        return Person(self, name, browser, app, codes)


@dataclass
class Person:
    """Somebody with an account."""

    console: StaffedConsole
    name: str
    browser: Browser
    app: Authenticator
    codes: list[str]

    def types_password(self, browser: Browser, password: str = PASSWORD) -> TestResponse:
        return browser.sends("/console/sign-in", {"name": self.name, "password": password})

    def signs_in(self, browser: Browser) -> TestResponse:
        """With the password, and the next code."""
        assert self.types_password(browser).status_code == 303
        return browser.sends("/console/sign-in/code", {"code": self.app.code()})


def authenticator(page: TestResponse, clock: Clock) -> Authenticator:
    """The app in which the key of the page was typed."""
    key = re.search(r'id="secret">([^<]+)<', page.text)
    assert key
    return Authenticator(b32decode(key.group(1).replace(" ", "")), clock)
