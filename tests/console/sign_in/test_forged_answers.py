"""What somebody between the provider and us could send, or somebody with a link of their own: it opens nothing."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from callrouter.staff.refusals import refusal_counts
from callrouter.staff.throttle import MOST_OF_ADDRESS
from tests.console.sign_in.provider_console import BEGIN, RETURN, ConsoleWithProvider, PersonOfBoth
from tests.console.sign_in.staffed_console import Browser
from tests.servers.identity_provider import IdentityProvider
from tests.staff.people import Staff

TOKEN = "/oauth/token"
Claims = dict[str, Any]
Forge = Callable[[IdentityProvider, Claims], str]


def claims_of(token: str) -> Claims:
    """Without the hash of the access token, which depends on the algorithm of the signature, and may be missing."""
    claims = dict(json.loads(jws.extract_compact(token.encode()).payload))
    del claims["at_hash"]
    return claims


def signed(provider: IdentityProvider, claims: Claims) -> str:
    """As the provider signs."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)


def changed(**changes: Any) -> Forge:
    """The provider's own token, with other claims; None: without them."""

    def forge(provider: IdentityProvider, claims: Claims) -> str:
        both = claims | changes
        return signed(provider, {name: value for name, value in both.items() if value is not None})

    return forge


def with_another_key(provider: IdentityProvider, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, RSAKey.generate_key(2048))


def with_a_key_of_another_name(provider: IdentityProvider, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "another"}, claims, RSAKey.generate_key(2048))


def with_a_key_of_its_own_header(provider: IdentityProvider, claims: Claims) -> str:
    own = RSAKey.generate_key(2048, auto_kid=True)
    header = {"alg": "RS256", "kid": own.kid, "jwk": own.as_dict(private=False)}
    return jwt.encode(header, claims, own)


def compact(header: Claims, claims: Claims, secret: bytes | None) -> str:
    """A token by hand: libraries refuse to make these."""
    parts = [urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims)]
    text = b".".join(parts)
    made = urlsafe_b64encode(hmac.digest(secret, text, "sha256")).rstrip(b"=") if secret else b""
    return f"{text.decode()}.{made.decode()}"


def unsigned(_: IdentityProvider, claims: Claims) -> str:
    return compact({"alg": "none"}, claims, None)


def with_the_public_key_as_a_secret(provider: IdentityProvider, claims: Claims) -> str:
    header = {"alg": "HS256", "kid": provider.key.kid}
    return compact(header, claims, provider.key.as_pem(private=False))


def cut_off(provider: IdentityProvider, claims: Claims) -> str:
    return signed(provider, claims).rpartition(".")[0] + "."


FORGERIES: dict[str, Forge] = {
    "another issuer": changed(iss="https://evil.example"),
    "several issuers": lambda provider, claims: signed(provider, claims | {"iss": [provider.issuer, "x"]}),
    "another audience": changed(aud="another client"),
    "another audience, though asked by us": changed(aud="another client", azp="callrouter"),
    "several audiences, asked by another": changed(aud=["callrouter", "x"], azp="x"),
    "expired": changed(exp=int(time.time()) - 3600),
    "without an end": changed(exp=None),
    "made tomorrow": changed(iat=int(time.time()) + 86_400),
    "not valid yet": changed(nbf=int(time.time()) + 86_400),
    "another nonce": changed(nonce="of another request"),
    "without a nonce": changed(nonce=None),
    "of nobody": changed(sub=None),
    "of an empty name": changed(sub=""),
    "of a number": changed(sub=7),
    "of a name with a line's end": changed(sub="a\nb"),
    "another access token": changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a time that is none": changed(auth_time="yesterday"),
    "a time beyond all": changed(auth_time=10**30),
    "signed by another key": with_another_key,
    "signed by a key that nobody knows": with_a_key_of_another_name,
    "signed by a key that it brings along": with_a_key_of_its_own_header,
    "unsigned": unsigned,
    "signed with the public key as a secret": with_the_public_key_as_a_secret,
    "without its signature": cut_off,
    "no token": lambda provider, claims: "a.b.c",
    "too long": lambda provider, claims: "a" * 100_000,
}


@pytest.fixture
def ada(sso: ConsoleWithProvider) -> PersonOfBoth:
    return sso.has_person("ada@example.org")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_nothing(sso: ConsoleWithProvider, ada: PersonOfBoth, forgery: str) -> None:
    def exchanged(answer: Claims) -> Claims:
        return answer | {"id_token": FORGERIES[forgery](sso.provider, claims_of(answer["id_token"]))}

    sso.provider.tampering.changes[TOKEN] = exchanged
    browser = sso.console.browser()
    answer = ada.signs_in(browser)
    assert (answer.status_code, browser.is_in()) == (400, False)
    assert "127.0.0.1 did not prove who you are" in answer.text
    assert Staff(sso.console.database).runs(refusal_counts)["sign-in"] == 1


def test_the_provider_s_own_token_is_accepted_after_a_forger_has_made_it_anew(
    sso: ConsoleWithProvider, ada: PersonOfBoth
) -> None:
    """So that the forgeries above are refused for what they change."""
    sso.provider.tampering.changes[TOKEN] = lambda answer: (
        answer | {"id_token": signed(sso.provider, claims_of(answer["id_token"]))}
    )
    assert ada.signs_in(sso.console.browser()).status_code == 303


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": "a", "token_type": "Bearer"}, {"error": "invalid_grant"}]
)
def test_an_answer_without_a_token_opens_nothing(
    sso: ConsoleWithProvider, ada: PersonOfBoth, answer: Claims
) -> None:
    sso.provider.tampering.changes[TOKEN] = lambda _: answer
    assert ada.signs_in(sso.console.browser()).status_code == 400


def test_an_answer_to_another_browser_opens_nothing(sso: ConsoleWithProvider, ada: PersonOfBoth) -> None:
    thief, own = sso.console.browser(), sso.console.browser()
    back = ada.comes_back_from(own.opens(BEGIN))
    answer = thief.opens(back)
    assert (answer.status_code, thief.is_in()) == (400, False)
    assert "This sign-in is not valid any more" in answer.text
    assert own.opens(back).status_code == 303


def test_an_answer_counts_once(sso: ConsoleWithProvider, ada: PersonOfBoth) -> None:
    browser = sso.console.browser()
    back = ada.comes_back_from(browser.opens(BEGIN))
    assert [browser.opens(back).status_code for _ in range(2)] == [303, 400]


def test_an_answer_that_took_too_long_opens_nothing(sso: ConsoleWithProvider, ada: PersonOfBoth) -> None:
    browser = sso.console.browser()
    back = ada.comes_back_from(browser.opens(BEGIN))
    sso.console.clock.ahead += timedelta(minutes=10)
    assert browser.opens(back).status_code == 400


def test_several_tabs_may_sign_in_at_a_time(sso: ConsoleWithProvider, ada: PersonOfBoth) -> None:
    browser = sso.console.browser()
    first, second = browser.opens(f"{BEGIN}?next=/console/calls"), browser.opens(BEGIN)
    assert browser.opens(ada.comes_back_from(first)).location == "/console/calls"
    assert second.status_code == 303


def test_the_code_of_somebody_else_is_of_no_use(sso: ConsoleWithProvider, ada: PersonOfBoth) -> None:
    """Of a link in which the state is the victim's and the code the forger's: PKCE and the nonce hold it off."""
    victim, forger = sso.console.browser(), sso.console.browser()
    code = parse_qs(urlsplit(ada.comes_back_from(forger.opens(BEGIN))).query)["code"][0]
    state = parse_qs(urlsplit(victim.opens(BEGIN).location).query)["state"][0]
    answer = victim.opens(f"{RETURN}?{urlencode({'code': code, 'state': state})}")
    assert (answer.status_code, victim.is_in()) == (400, False)


def test_an_answer_in_the_name_of_another_provider_opens_nothing(
    sso: ConsoleWithProvider, ada: PersonOfBoth
) -> None:
    browser = sso.console.browser()
    back = ada.comes_back_from(browser.opens(BEGIN))
    query = parse_qs(urlsplit(back).query) | {"iss": ["https://evil.example"]}
    assert browser.opens(f"{RETURN}?{urlencode(query, doseq=True)}").status_code == 400


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        ("access_denied", 403, "127.0.0.1 did not let you in"),
        ("server_error", 400, "127.0.0.1 could not sign you in"),
        ("<script>alert(1)</script>", 400, "127.0.0.1 could not sign you in"),
    ],
)
def test_an_error_of_the_provider_is_told_in_our_own_words(
    sso: ConsoleWithProvider, error: str, status: int, said: str
) -> None:
    browser = sso.console.browser()
    state = parse_qs(urlsplit(browser.opens(BEGIN).location).query)["state"][0]
    query = {"error": error, "error_description": "<b>call 0900</b>", "state": state}
    answer = browser.opens(f"{RETURN}?{urlencode(query)}")
    assert answer.status_code == status
    assert said in answer.text
    assert "0900" not in answer.text
    assert "alert(1)" not in answer.text


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/elsewhere"]
)
def test_nobody_is_sent_to_another_site(sso: ConsoleWithProvider, ada: PersonOfBoth, target: str) -> None:
    assert ada.signs_in(sso.console.browser(), target).location == "/console/"


def test_a_session_that_somebody_prepared_is_not_taken_over(
    sso: ConsoleWithProvider, ada: PersonOfBoth
) -> None:
    browser, other = sso.console.browser(), sso.console.browser()
    back = ada.comes_back_from(browser.opens(BEGIN))
    before = browser.client.get_cookie("callrouter_console", path="/console")
    assert before
    browser.opens(back)
    other.client.set_cookie("callrouter_console", before.value, path="/console")
    assert not other.is_in()


def guesses(browser: Browser) -> int:
    state = parse_qs(urlsplit(browser.opens(BEGIN).location).query)["state"][0]
    return browser.opens(f"{RETURN}?{urlencode({'code': 'guessed', 'state': state})}").status_code


def test_guessing_codes_stops_one_address_and_nobody_who_has_been_here_before(
    sso: ConsoleWithProvider, ada: PersonOfBoth
) -> None:
    known, guesser = sso.console.browser(), sso.console.browser()
    assert ada.signs_in(known).status_code == 303
    statuses = [guesses(guesser) for _ in range(MOST_OF_ADDRESS + 1)]
    assert statuses == [400] * MOST_OF_ADDRESS + [429]
    assert ada.signs_in(known).status_code == 303
    assert ada.signs_in(sso.console.browser("203.0.113.7")).status_code == 303
