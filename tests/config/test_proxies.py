"""A request comes from the first address that is no proxy of ours, whatever else the client has written."""

import pytest

from config.proxies import forwarded_chain, networks, up_to_client

OURS = networks("10.0.0.0/24, 192.0.2.7,2001:db8::/64")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (["198.51.100.9"], "198.51.100.9"),
        (["198.51.100.9", "10.0.0.1"], "198.51.100.9"),
        (["198.51.100.9", "192.0.2.7", "10.0.0.1"], "198.51.100.9"),
        (["203.0.113.1", "198.51.100.9", "10.0.0.1"], "198.51.100.9"),
        (["10.0.0.3", "198.51.100.9", "10.0.0.1"], "198.51.100.9"),
        (["198.51.100.9", "10.0.1.1"], "10.0.1.1"),
        (["198.51.100.9:50000", "[2001:db8::1]:443", "10.0.0.1:80"], "198.51.100.9:50000"),
        (["198.51.100.9", "::ffff:10.0.0.1"], "198.51.100.9"),
        (["198.51.100.9", "unknown", "10.0.0.1"], "unknown"),
        (["10.0.0.2", "10.0.0.1"], "10.0.0.2"),
    ],
)
def test_the_client_is_the_last_that_is_no_trusted_proxy(chain: list[str], client: str) -> None:
    found = up_to_client(chain, OURS)
    assert found[-1] == client
    assert up_to_client(found, OURS) == found


def test_without_trusted_proxies_whoever_asked_us_is_the_client() -> None:
    assert up_to_client(["198.51.100.9", "10.0.0.1"], ())[-1] == "10.0.0.1"
    assert up_to_client([], OURS) == []


def test_several_headers_are_one_chain() -> None:
    assert forwarded_chain(["a, b", "", "c,,d"]) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "text", ["", "proxy.example.org", "10.0.0.1/24", "10.0.0.0/33", "2", "10.0.0.1;10.0.0.2"]
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        networks(text)
