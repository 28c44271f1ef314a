"""A provider that is down, slow, changes its keys, or is not what the settings say."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import islice
from threading import Event
from typing import Any, cast

import pytest

from console.dependencies import SingleSignOn
from console.sign_in import identity_provider
from tests.console.sign_in.provider_console import BEGIN, ConsoleWithProvider
from tests.console.sign_in.staffed_console import StaffedConsole
from tests.server.running import PATIENCE, free_port
from tests.servers.identity_provider import CLIENT_ID, Change

DISCOVERY, KEYS, TOKEN, USERINFO = (
    "/.well-known/openid-configuration",
    "/oauth/jwks.json",
    "/oauth/token",
    "/oauth/userinfo",
)
MOMENT = timedelta(seconds=10)


def without(*names: str) -> Change:
    return lambda answer: {name: value for name, value in answer.items() if name not in names}


def nowhere(console: StaffedConsole) -> StaffedConsole:
    """The console with a provider that is down."""
    client = SingleSignOn(f"http://127.0.0.1:{free_port()}", CLIENT_ID, "secret")
    return StaffedConsole(console.database, console.clock, single_sign_on=client)


def test_a_provider_that_is_down_is_told_and_passwords_work(console: StaffedConsole) -> None:
    bob, down = console.joins("bob"), nowhere(console)
    answer = down.browser().opens(BEGIN)
    assert answer.status_code == 503
    assert "127.0.0.1 does not answer" in answer.text
    bob.console, browser = down, down.browser()
    assert bob.signs_in(browser).status_code == 303
    assert browser.opens("/console/calls").status_code == 200


def test_a_provider_that_goes_down_on_the_way_back_costs_nobody_an_attempt(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()

    def breaks(_: dict[str, Any]) -> dict[str, Any]:
        raise OSError("the provider has broken down")

    sso.provider.tampering.changes[TOKEN] = breaks
    back = ada.comes_back_from(browser.opens(BEGIN))
    assert browser.opens(back).status_code == 503
    del sso.provider.tampering.changes[TOKEN]
    assert browser.opens(BEGIN).status_code == 503
    sso.console.clock.ahead += MOMENT
    assert ada.signs_in(browser).status_code == 303


@pytest.mark.parametrize(("status", "told", "then"), [(403, 400, 303), (500, 503, 503), (503, 503, 503)])
def test_a_gateway_that_says_no_is_not_an_outage(
    sso: ConsoleWithProvider, status: int, told: int, then: int
) -> None:
    """Or whoever sends made-up codes could keep everybody out."""
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    back = ada.comes_back_from(browser.opens(BEGIN))
    sso.provider.tampering.pages[TOKEN] = status
    assert browser.opens(back).status_code == told
    assert browser.opens(BEGIN).status_code == then


def test_few_wait_for_a_slow_provider_and_other_pages_are_served(sso: ConsoleWithProvider) -> None:
    slow, asked = Event(), Event()

    def waits(answer: dict[str, Any]) -> dict[str, Any]:
        asked.set()
        slow.wait()
        return answer

    sso.provider.tampering.changes[DISCOVERY] = waits
    with ThreadPoolExecutor(5) as threads:
        begun = [threads.submit(lambda: sso.console.browser().opens(BEGIN).status_code) for _ in range(5)]
        try:
            asked.wait(PATIENCE)
            assert sso.console.browser().opens("/console/sign-in").status_code == 200
            first, second = islice(as_completed(begun, PATIENCE), 2)
        finally:
            slow.set()
        statuses = [each.result() for each in begun]
    assert (first.result(), second.result()) == (503, 503)
    assert sorted(statuses) == [303, 303, 303, 503, 503]


def test_a_provider_that_never_answers_is_not_waited_for(
    sso: ConsoleWithProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = Event()

    def waits(answer: dict[str, Any]) -> dict[str, Any]:
        over.wait()
        return answer

    monkeypatch.setattr(identity_provider, "PATIENCE", 0.1)
    sso.provider.tampering.changes[DISCOVERY] = waits
    assert sso.console.browser().opens(BEGIN).status_code == 503
    over.set()


def test_keys_are_asked_for_once_and_anew_when_they_change(sso: ConsoleWithProvider) -> None:
    ada = sso.has_person("ada@example.org")
    for _ in range(2):
        assert ada.signs_in(sso.console.browser()).status_code == 303
    asked = sso.provider.tampering.asked
    assert (asked.count(KEYS), asked.count(DISCOVERY)) == (1, 1)
    sso.provider.changes_its_keys()
    assert ada.signs_in(sso.console.browser()).status_code == 303
    assert (asked.count(KEYS), asked.count(DISCOVERY)) == (2, 1)


def test_what_the_provider_says_of_itself_is_asked_for_anew_after_an_hour(sso: ConsoleWithProvider) -> None:
    sso.console.browser().opens(BEGIN)
    sso.console.clock.ahead += timedelta(hours=1)
    sso.console.browser().opens(BEGIN)
    assert sso.provider.tampering.asked.count(DISCOVERY) == 2


def test_keys_of_kinds_that_nobody_knows_are_passed_over(sso: ConsoleWithProvider) -> None:
    odd = [{"kty": "XYZ", "kid": "x"}, {"kty": "RSA"}, "no key", {"kty": "oct", "k": "AAAA", "kid": "y"}]
    sso.provider.tampering.changes[KEYS] = lambda answer: {"keys": [*odd, *answer["keys"]]}
    assert sso.has_person("ada@example.org").signs_in(sso.console.browser()).status_code == 303


def test_an_address_that_is_in_the_user_info_alone_is_found(sso: ConsoleWithProvider) -> None:
    ada = sso.has_person("ada@example.org")
    told: dict[str, Any] = {"sub": ada.there.subject, "email": "ada@example.org", "email_verified": True}
    ada.there.user.emails, ada.there.user.title = ["other@example.org"], ""
    sso.provider.tampering.changes[USERINFO] = lambda _: told
    assert ada.signs_in(sso.console.browser()).status_code == 303


def test_a_user_info_about_somebody_else_opens_nothing(sso: ConsoleWithProvider) -> None:
    sso.console.invites("ada@example.org")
    eve = sso.knows("eve@example.org", verified=False)
    told: dict[str, Any] = {"sub": "somebody else", "email": "ada@example.org", "email_verified": True}
    sso.provider.tampering.changes[USERINFO] = lambda _: told
    assert eve.signs_in(sso.console.browser()).status_code == 400


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1])
def test_an_address_that_is_not_said_to_be_verified_is_none(
    sso: ConsoleWithProvider, verified: object
) -> None:
    sso.console.invites("ada@example.org")
    eve = sso.knows("ada@example.org", verified=False)
    told = {"sub": eve.there.subject, "email": "ada@example.org", "email_verified": verified}
    sso.provider.tampering.changes[USERINFO] = lambda _: told
    assert eve.signs_in(sso.console.browser()).status_code == 403


UNSUITABLE: dict[str, Change] = {
    "another issuer": lambda answer: answer | {"issuer": "https://evil.example"},
    "no keys": without("jwks_uri"),
    "an address that others can read": lambda answer: (
        answer | {"token_endpoint": "http://login.example/token"}
    ),
    "an address of another kind": lambda answer: answer | {"authorization_endpoint": "javascript:alert(1)"},
    "shared secrets alone": lambda answer: (
        answer | {"id_token_signing_alg_values_supported": ["HS256", "none"]}
    ),
    "another way to recognize us": lambda answer: (
        answer | {"token_endpoint_auth_methods_supported": ["tls_client_auth"]}
    ),
    "nothing": lambda _: {},
}


@pytest.mark.parametrize("what", UNSUITABLE)
def test_a_provider_that_does_not_fit_is_not_used(sso: ConsoleWithProvider, what: str) -> None:
    sso.provider.tampering.changes[DISCOVERY] = UNSUITABLE[what]
    assert sso.console.browser().opens(BEGIN).status_code == 503


@pytest.mark.parametrize(
    "change",
    [
        without("id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported"),
        without("userinfo_endpoint", "end_session_endpoint"),
        lambda answer: answer | {"token_endpoint_auth_methods_supported": ["client_secret_post"]},
    ],
)
def test_a_provider_may_leave_out_what_has_a_default(
    sso: ConsoleWithProvider, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    sso.provider.tampering.changes[DISCOVERY] = change
    begun = sso.console.browser().opens(BEGIN)
    assert begun.status_code == 303


def test_an_answer_that_is_no_object_is_no_answer(sso: ConsoleWithProvider) -> None:
    sso.provider.tampering.changes[DISCOVERY] = cast(Change, lambda _: [])
    assert sso.console.browser().opens(BEGIN).status_code == 503
