"""Numbers that are put where none may be, one in each kind of place: the search has to find these, and no others."""

from __future__ import annotations

import gzip
import smtplib
import zipfile
from base64 import b64encode
from collections.abc import Callable, Sequence
from email.message import EmailMessage

import psycopg
import redis
import urllib3

from config.data_dir import VALKEY, socket_path
from tests.number_search.installation import Installation
from tests.number_search.notations import national

Planter = Callable[[Installation, str], None]


def plant(installation: Installation, numbers: Sequence[str]) -> dict[str, str]:
    """Where each number was put: the beginning of the name of its place."""
    for number, planter in zip(numbers, PLANTERS.values(), strict=True):
        planter(installation, number)
    return dict(zip(numbers, PLANTERS, strict=True))


def _in_the_output(installation: Installation, number: str) -> None:
    with (installation.home / "printed").open("a") as printed:
        printed.write(
            f'web     | {{"event": "called by {number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"}}\n'
        )


def _in_a_column(installation: Installation, number: str) -> None:
    _executes(installation, "CREATE TABLE planted AS SELECT %s AS caller", number)


def _in_a_compressed_column(installation: Installation, number: str) -> None:
    _executes(
        installation,
        "CREATE TABLE planted_bytes AS SELECT %s AS document",
        gzip.compress(number.encode() * 20),
    )


def _in_the_log(installation: Installation, number: str) -> None:
    _executes(installation, "SELECT %s", f"caller={national(number)}")


def _in_the_wal(installation: Installation, number: str) -> None:
    """By a row that is gone again; COPY logs no values."""
    with psycopg.connect(installation.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE planted_rows (caller text)")
        with connection.cursor().copy("COPY planted_rows FROM STDIN") as rows:
            rows.write_row([number])
        connection.execute("DROP TABLE planted_rows")


def _in_the_broker(installation: Installation, number: str) -> None:
    path = socket_path(installation.settings.data_dir, VALKEY)
    with redis.Redis(unix_socket_path=str(path)) as client:
        client.lpush("planted", b64encode(f'[["{number}"], {{}}]'.encode()))


def _in_a_temporary_file(installation: Installation, number: str) -> None:
    (installation.home / "tmp" / "planted.gz").write_bytes(gzip.compress(f"caller {number}".encode()))


def _in_an_export(installation: Installation, number: str) -> None:
    with zipfile.ZipFile(installation.home / "exports" / "planted.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", f"<t>{number}</t>" * 20)


def _in_a_core_file(installation: Installation, number: str) -> None:
    (installation.home / "core.1").write_bytes(
        b"\x7fELF" + b"\x01" * 99 + number.encode("utf-16-le") + b"\x02" * 99
    )


def _in_a_mail(installation: Installation, number: str) -> None:
    message = EmailMessage()
    message["Subject"] = "an invoice"
    message.add_attachment(f"caller;{number}\n".encode() * 20, "text", "csv", filename="planted.csv")
    with smtplib.SMTP("127.0.0.1", installation.mail.port) as client:
        client.send_message(message, "a@example.org", ["b@example.org"])


def _in_an_alert(installation: Installation, number: str) -> None:
    urllib3.request("POST", installation.alerts.url, body=f"\\u002b{number[1:]} called".encode())


def _executes(installation: Installation, statement: str, value: str | bytes) -> None:
    with psycopg.ClientCursor(psycopg.connect(installation.conninfo, autocommit=True)) as cursor:
        cursor.execute(statement.encode(), [value])


PLANTERS: dict[str, Planter] = {
    "installation printed": _in_the_output,
    "table planted": _in_a_column,
    "table planted_bytes > bytes": _in_a_compressed_column,
    "postgresql log": _in_the_log,
    "postgresql data/pg_wal": _in_the_wal,
    "broker": _in_the_broker,
    "installation tmp/planted.gz > gzip": _in_a_temporary_file,
    "installation exports/planted.xlsx > file of a ZIP": _in_an_export,
    "installation core.1": _in_a_core_file,
    "attachment planted.csv": _in_a_mail,
    "webhook": _in_an_alert,
}
"""by the beginning of the name of the place"""
