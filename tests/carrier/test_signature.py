"""The signature check agrees with the carrier's published vectors and with its own SDK."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from callrouter.carrier.signature import body_signed_by, sign, signed_by

VECTORS = json.loads((Path(__file__).parent / "signature_vectors.json").read_text(encoding="utf-8"))
URL = "https://calls.example/twilio/voice"
FIELDS = [("CallSid", "CA1"), ("From", "+13105550101")]

SCHEMES = ["https", "http", "HTTPS", "ftp", ""]
HOSTS = [
    "calls.example",
    "CALLS.example",
    "127.0.0.1",
    "[::1]",
    "user@calls.example",
    "user:pw@calls.example",
]
PORTS = ["", "", "", ":443", ":80", ":8000", ":0", ":", ":65536", ":http"]
PATHS = ["", "/", "/twilio/voice", "/a%20b", "/%2Fx", "/ü", "/a;b", "/a;"]
QUERIES = ["", "?", "?a=1", "?a=%2B1&a=2", "?x=It's+me", "?bodySHA256=ab", "#part", "?a=1#part"]
NAMES = ["CallSid", "From", "To", "Digits", "a", "A", "ab", "é", "名", "a%20b", ""]
VALUES = ["", "", "+13105550101", "1", "b", "bc", "ü ñ", "名前", "%7B%22", "\u202e", "a&b=c", "\n"]


def _fields(vector: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in vector["fields"]]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["is"])
def test_published_vectors_are_judged_as_published(vector: dict[str, Any]) -> None:
    tokens, url, signature = [vector["token"]], vector["requested"], vector["signature"]
    if vector["body"] is None:
        assert signed_by(tokens, url, _fields(vector), signature) == vector["valid"]
    else:
        assert body_signed_by(tokens, url, vector["body"].encode(), signature) == vector["valid"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["valid"]], ids=lambda vector: vector["is"])
def test_we_sign_as_the_published_vectors_are_signed(vector: dict[str, Any]) -> None:
    assert sign(vector["token"], vector["signed"], _fields(vector)) == vector["signature"]


def test_ten_thousand_random_requests_are_judged_as_the_sdk_judges_them() -> None:
    luck = Random(20260304)
    judged = [_judged_alike(luck) for _ in range(10_000)]
    assert judged.count(True) > 1_000
    assert judged.count(False) > 1_000


def _judged_alike(luck: Random) -> bool:
    token, url, fields = luck.choice(["12345", "ü", "t" * 70]), _random_url(luck), _random_fields(luck)
    signature = _random_signature(luck, token, url, fields)
    ours = signed_by([token], url, fields, signature)
    assert ours == _judged_by_sdk(token, url, fields, signature), (url, fields)
    return ours


def _random_url(luck: Random) -> str:
    scheme, host, port = luck.choice(SCHEMES), luck.choice(HOSTS), luck.choice(PORTS)
    return f"{scheme}://{host}{port}{luck.choice(PATHS)}{luck.choice(QUERIES)}"


def _random_fields(luck: Random) -> list[tuple[str, str]]:
    return [(luck.choice(NAMES), luck.choice(VALUES)) for _ in range(luck.randrange(12))]


def _random_signature(luck: Random, token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """The right one for the URL, or for one that differs by its port, or a wrong one."""
    others = [url.replace(".example", ".example:443"), url.replace(".example", ".example:80"), url + "x"]
    signature = sign(token, luck.choice([url, url, *others]), luck.sample(fields, len(fields)))
    return luck.choice([signature] * 4 + [signature[:-1], signature.swapcase(), "é", signature + "="])


def _judged_by_sdk(token: str, url: str, fields: list[tuple[str, str]], signature: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(url, MultiDict(fields), signature))
    except ValueError:
        return False


@pytest.mark.parametrize("missing", [None, ""])
def test_a_request_without_a_signature_is_not_signed(missing: str | None) -> None:
    assert not signed_by(["12345"], URL, FIELDS, missing)
    assert not body_signed_by(["12345"], URL, b"{}", missing)


def test_two_tokens_are_good_while_one_is_being_rotated() -> None:
    signature = sign("the new one", URL, FIELDS)
    assert signed_by(["the old one", "the new one"], URL, FIELDS, signature)
    assert not signed_by(["the old one"], URL, FIELDS, signature)


def test_an_unset_token_signs_nothing() -> None:
    assert not signed_by(["", "12345"], URL, FIELDS, sign("", URL, FIELDS))


def test_text_that_cannot_be_encoded_is_not_signed() -> None:
    assert not signed_by(["12345"], URL, [("a", "\ud800")], "x")


def test_a_changed_json_body_is_not_signed() -> None:
    vector = next(v for v in VECTORS if v["body"] and v["valid"])
    assert not body_signed_by([vector["token"]], vector["requested"], b'{"property": 1}', vector["signature"])


@pytest.mark.parametrize("url", ["https://calls.example:port/x?bodySHA256=1", "https://[calls.example/x"])
def test_an_address_that_is_none_is_not_signed(url: str) -> None:
    assert not body_signed_by(["12345"], url, b"{}", sign("12345", url, []))
