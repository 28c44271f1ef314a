"""What goes wrong while callers call: requests that are no calls, a database and a broker that are gone, processes that
die, and exceptions in the middle of a transaction.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from urllib.parse import quote, urlencode

import psycopg
import urllib3

from callrouter.carrier.signature import sign
from tests.number_search.installation import Installation
from tests.scenarios.places import NATIONAL

BROKEN_TABLES = ("inbox", "sealed_number", "promise", "call")
FORM = "application/x-www-form-urlencoded"
ODD_FIELDS = (
    "CallerName",
    "ForwardedFrom",
    "StirPassportToken",
    "SipHeader_X-From",
    "msg",
    "ErrorUrl",
    "Timestamp",
)


def send_odd_requests(installation: Installation, number: str) -> list[int]:
    """Unsigned, wrongly signed, malformed, merged and strange requests, all with a number in them; the statuses."""
    pool, origin = urllib3.PoolManager(retries=False, timeout=30), installation.origin
    statuses = []
    for path in ("/twilio/voice", "/twilio/status", "/twilio/entered/1", "/twilio/fallback"):
        for body, headers in _bodies(installation, path, number):
            reply = pool.request("POST", origin + path, body=body, headers={"Content-Type": FORM, **headers})
            statuses.append(reply.status)
    for address in (
        f"/twilio/voice?From={quote(number)}",
        f"/console/calls?caller={quote(number)}",
        f"/{number}",
    ):
        for method in ("GET", "POST", "PUT"):
            headers = {"Referer": f"{origin}/?q={number}", "User-Agent": number, "X-Forwarded-For": number}
            statuses.append(pool.request(method, origin + address, headers=headers).status)
    for line in (f"GET /{number} HTTP/9.9", f"{number} / HTTP/1.1", f"GET / HTTP/1.1\r\n{number}"):
        _sends_raw(installation.settings.port, f"{line}\r\n\r\n".encode())
    return statuses


def _bodies(installation: Installation, path: str, number: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    account = installation.account
    fields = [("AccountSid", account.sid), ("CallSid", f"CA{abs(hash(number)):032x}"), ("From", number)]
    fields += [("To", NATIONAL), ("Caller", number), ("CallStatus", "ringing"), ("Digits", number[2:])]
    odd = [(name, f"about {number}") for name in ODD_FIELDS]
    signed = {"X-Twilio-Signature": sign(account.token, installation.origin + path, [*fields, *odd])}
    yield urlencode([*fields, *odd]).encode(), signed
    yield urlencode(fields).encode(), {}
    yield urlencode(fields).encode(), {"X-Twilio-Signature": number}
    yield f'{{"From": "{number}"}}'.encode(), {"Content-Type": "application/json"}
    yield b"From=" + number.encode("utf-16"), {"Content-Type": f"multipart/form-data; boundary={number}"}
    for repeated in ([*fields, ("From", number)], [("From", f"{number},{number}"), *fields[:2]]):
        merged = {"X-Twilio-Signature": sign(account.token, installation.origin + path, repeated)}
        yield urlencode(repeated).encode(), merged


def _sends_raw(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client, suppress(OSError):
        client.sendall(data)
        client.recv(65536)


@contextmanager
def broken_tables(installation: Installation) -> Iterator[None]:
    """Every statement about these fails, in the middle of a transaction."""
    with _as_owner(installation) as connection:
        for table in BROKEN_TABLES:
            connection.execute(f'ALTER TABLE "{table}" RENAME TO "hidden_{table}"')
        yield
        for table in BROKEN_TABLES:
            connection.execute(f'ALTER TABLE "hidden_{table}" RENAME TO "{table}"')


@contextmanager
def refused_rows(installation: Installation) -> Iterator[None]:
    """The database refuses each row, and says in its error what it had in it."""
    with _as_owner(installation) as connection:
        for table in BROKEN_TABLES:
            connection.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT never CHECK (false) NOT VALID')
        yield
        for table in BROKEN_TABLES:
            connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT never')


@contextmanager
def locked_tables(installation: Installation) -> Iterator[None]:
    """Whoever needs these waits, until it may wait no longer."""
    with _as_owner(installation) as connection, connection.transaction():
        connection.execute("LOCK TABLE call, inbox IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def no_database(installation: Installation) -> Iterator[None]:
    installation.server.kill()
    try:
        yield
    finally:
        installation.server.start()


@contextmanager
def frozen_broker(installation: Installation) -> Iterator[None]:
    pid = installation.pid("valkey-server")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def crashes(installation: Installation) -> None:
    """A worker is killed, and the others die of what leaves a core file and the last words of Python."""
    for part, number in (
        ("workers.app worker", signal.SIGKILL),
        ("workers.external", signal.SIGSEGV),
        ("server.console_server", signal.SIGABRT),
        ("workers.outbox_sweeper", signal.SIGBUS),
        ("server.web_server", signal.SIGSEGV),
    ):
        os.kill(installation.pid(part), number)
    installation.soon(lambda: _is_well(installation))


def _is_well(installation: Installation) -> bool:
    try:
        return urllib3.request("GET", installation.origin + "/statusz", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


@contextmanager
def _as_owner(installation: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(installation.conninfo, autocommit=True) as connection:
        yield connection


DISTURBANCES: tuple[Callable[[Installation], AbstractContextManager[None]], ...] = (
    broken_tables,
    refused_rows,
    locked_tables,
    no_database,
    frozen_broker,
)
