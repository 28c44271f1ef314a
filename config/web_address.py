"""The address of the web server, seen from outside: whether it is free, and what it answers."""

import socket

import urllib3

# A server that listens on every address is reached at one.
REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (a key to look up, nothing is bound)


class AddressTaken(Exception):
    """Nothing can listen there. The text says why."""


def numeric(host: str) -> str:
    """The numeric address of a host, for a server that does no DNS lookups."""
    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])


def check_free(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            # Like servers: an ended connection does not block the address.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise AddressTaken(error.strerror or str(error)) from error


def reached_at(host: str) -> str:
    return REACHED_AT.get(host, host)


def address(host: str, port: int) -> str:
    name = reached_at(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def answer(host: str, port: int, path: str, timeout: float = 2) -> tuple[int, str] | None:
    """Status and text of the server's answer. None if it does not answer."""
    try:
        response = urllib3.request(
            "GET",
            address(host, port) + path,
            headers={"Connection": "close"},
            timeout=timeout,
            retries=False,
            redirect=False,
        )
    except urllib3.exceptions.HTTPError:
        return None
    return response.status, response.data.decode(errors="replace")
