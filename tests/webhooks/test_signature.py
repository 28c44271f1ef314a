"""A request that the carrier's account did not sign is answered 403, and nothing is written."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from callrouter.carrier.signature import sign
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import ACCOUNT, ORIGIN, World
from tests.webhooks.carrier import CALL, INCOMING, FakeCarrier, routes
from webhooks.signature_check import Account, RequestRejected, checked

FIELDS = list(INCOMING.items())
BODY = urlencode(FIELDS).encode()
GOOD = sign(ACCOUNT.token, f"{ORIGIN}/twilio/voice", FIELDS)


def test_a_signed_call_is_answered(carrier: FakeCarrier) -> None:
    response = carrier.posts()
    assert (response.status_code, response.mimetype) == (200, "text/xml")
    assert "Thank you for calling" in response.text


@pytest.mark.parametrize(
    "signature", ["", "no", GOOD[:-1], GOOD.lower(), GOOD + "=", "é", "0" * 10_000], ids=range(7)
)
def test_another_signature_is_refused_and_nothing_is_written(
    world: World, carrier: FakeCarrier, signature: str
) -> None:
    before = world.counts()
    response = carrier.sends("/twilio/voice", BODY, {"X-Twilio-Signature": signature})
    assert response.status_code == 403
    assert (world.counts(), world.watch.refusals) == (before, [403])


def test_a_missing_signature_is_refused(world: World, carrier: FakeCarrier) -> None:
    assert carrier.sends("/twilio/voice", BODY, {}).status_code == 403
    assert world.rows("call") == []


def test_every_route_is_guarded(world: World, carrier: FakeCarrier) -> None:
    before, tried = world.counts(), 0
    for rule, path in routes(world):
        for method in rule.methods - {"OPTIONS"}:
            response = carrier.client.open(path, method=method, data=BODY)
            assert response.status_code == 403, rule
            tried += 1
    assert (tried >= 23, world.counts()) == (True, before)


def test_the_signature_of_another_address_is_refused(carrier: FakeCarrier) -> None:
    signature = sign(ACCOUNT.token, f"{ORIGIN}/twilio/status", FIELDS)
    assert carrier.sends("/twilio/voice", BODY, {"X-Twilio-Signature": signature}).status_code == 403


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"]
)
def test_what_the_request_says_of_its_host_is_not_looked_at(carrier: FakeCarrier, name: str) -> None:
    assert carrier.posts_fields(FIELDS, **{name: "evil.example"}).status_code == 200
    signed_elsewhere = sign(ACCOUNT.token, "https://evil.example/twilio/voice", FIELDS)
    headers = {name: "evil.example", "X-Twilio-Signature": signed_elsewhere}
    assert carrier.sends("/twilio/voice", BODY, headers).status_code == 403


@pytest.mark.parametrize("origin", ["https://calls.example:443", "https://calls.example"])
def test_a_signature_with_or_without_the_port_is_right(carrier: FakeCarrier, origin: str) -> None:
    signature = sign(ACCOUNT.token, f"{origin}/twilio/voice", FIELDS)
    assert carrier.sends("/twilio/voice", BODY, {"X-Twilio-Signature": signature}).status_code == 200


def test_another_account_is_refused_although_it_is_signed(world: World, carrier: FakeCarrier) -> None:
    assert carrier.posts(AccountSid="AC" + "9" * 32).status_code == 403
    assert carrier.posts(AccountSid=None).status_code == 403
    assert world.rows("call") == []


def test_two_tokens_are_good_while_one_is_rotated() -> None:
    account = Account(ACCOUNT.sid, ("new", "old"), ORIGIN)
    for token in ("new", "old"):
        signature = sign(token, f"{ORIGIN}/twilio/voice", FIELDS)
        assert checked(account, "/twilio/voice", "", BODY, signature).call == CALL
    with pytest.raises(RequestRejected, match="403"):
        checked(account, "/twilio/voice", "", BODY, sign("older", f"{ORIGIN}/twilio/voice", FIELDS))


def test_a_query_is_signed_as_it_stands(carrier: FakeCarrier) -> None:
    path = "/twilio/voice?a=%2B1%20b&c=%c3%a9"
    signature = sign(ACCOUNT.token, ORIGIN + path, FIELDS)
    assert carrier.sends(path, BODY, {"X-Twilio-Signature": signature}).status_code == 200
    decoded = sign(ACCOUNT.token, ORIGIN + "/twilio/voice?a=+1 b&c=é", FIELDS)
    assert carrier.sends(path, BODY, {"X-Twilio-Signature": decoded}).status_code == 403


def test_json_is_no_form(world: World, carrier: FakeCarrier) -> None:
    body = b'{"AccountSid": "AC", "CallSid": "CA"}'
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": GOOD}
    assert carrier.sends("/twilio/voice", body, headers).status_code == 403
    assert world.rows("inbox") == []


def test_json_that_is_signed_is_refused_for_its_shape(carrier: FakeCarrier) -> None:
    path, body = "/twilio/voice", b'{"AccountSid": "AC"}'
    signature = RequestValidator(ACCOUNT.token).compute_signature(ORIGIN + path, {})
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature}
    assert carrier.sends(path, body, headers).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_posts_are_answered(world: World, carrier: FakeCarrier, method: str) -> None:
    before = world.counts()
    for _, path in routes(world):
        url = f"{path}?{urlencode(FIELDS)}"
        headers = {"X-Twilio-Signature": sign(ACCOUNT.token, ORIGIN + url, [])}
        assert carrier.client.open(url, method=method, headers=headers).status_code == 405
    assert world.counts() == before


def test_the_carriers_own_library_agrees(carrier: FakeCarrier) -> None:
    fields = {**INCOMING, "To": NATIONAL, "CallerName": "Ünïcode & co = +", "Empty": ""}
    signature = RequestValidator(ACCOUNT.token).compute_signature(f"{ORIGIN}/twilio/voice", fields)
    body = urlencode(fields).encode()
    assert carrier.sends("/twilio/voice", body, {"X-Twilio-Signature": signature}).status_code == 200
