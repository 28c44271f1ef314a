"""Statements that travel to PostgreSQL together: prepared once, sent at once, answered at once.

psycopg's own cursors and pipelines cost more than the database does on the call path; here its `pq` module, a thin
layer over libpq, is used directly. Values are text, except bytes; results are read by the types the server names.
Source: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg import pq

from callrouter.database.session import Row
from callrouter.database.statement import Statement

Command = tuple[Statement, list[Any]]
"""a statement, and its values in their order"""
_Reader = Callable[[bytes], Any]
_Prepared = dict[int, bytes]
"""place among the results: name of the statement that was prepared there"""

_READ_AS: dict[int, _Reader] = {
    16: lambda value: value == b"t",  # bool
    17: lambda value: bytes.fromhex(value[2:].decode()),  # bytea, as \x…
    20: int,  # bigint
    21: int,  # smallint
    23: int,  # integer
    1184: lambda value: datetime.fromisoformat(
        value.decode()
    ),  # timestamptz, in UTC by the connection's setting
}
_TEXT, _BINARY = 0, 1


class Wire:
    """One connection. Whoever sends holds the connection for as long.

    With `plans_anew` nothing is prepared: a plan that was made while a table was small is a wrong one when it has
    grown, and a batch is worth a plan. (The setting `plan_cache_mode` would plan each check of a foreign key anew too.)
    """

    def __init__(self, connection: psycopg.Connection[Any], *, plans_anew: bool = False) -> None:
        self._pgconn = connection.pgconn
        self._plans_anew = plans_anew
        self._prepared: set[bytes] = set()
        self._readers: dict[bytes, tuple[_Reader, ...]] = {}
        # What is sent waits in libpq where the socket takes no more; see _flush.
        self._pgconn.nonblocking = 1
        self._poll, self._both_ways = select.poll(), select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)
        self._both_ways.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)

    def send(
        self, commands: Sequence[Command], once_sent: Callable[[], None] = lambda: None
    ) -> list[list[Row]]:
        """The rows of each command. They are one transaction, unless they begin or end one themselves.

        `once_sent` is done as soon as they are under way. Raises psycopg's errors; nothing of the commands has
        happened then.
        """
        self._pgconn.enter_pipeline_mode()
        try:
            new = self._send(commands)
            once_sent()
            results = self._receive(len(commands), new)
        finally:
            if self._pgconn.status == pq.ConnStatus.OK:
                self._pgconn.exit_pipeline_mode()
        return [self._read(command[0], result) for command, result in zip(commands, results, strict=True)]

    def _send(self, commands: Sequence[Command]) -> _Prepared:
        """Send all commands; those that were prepared for it are returned."""
        prepared: _Prepared = {}
        place = 0
        for statement, values in commands:
            formats = [_BINARY if type(value) is bytes else _TEXT for value in values]
            written = [_written(value) for value in values]
            if self._plans_anew:
                self._pgconn.send_query_params(statement.text.encode(), written, param_formats=formats)
                continue
            if statement.name not in self._prepared:
                self._pgconn.send_prepare(statement.name, statement.text.encode())
                self._prepared.add(statement.name)
                prepared[place] = statement.name
                place += 1
            self._pgconn.send_query_prepared(statement.name, written, formats)
            place += 1
        self._pgconn.pipeline_sync()
        self._flush()
        return prepared

    def _flush(self) -> None:
        """Bring everything under way; reading meanwhile, or both sides could wait for the other to read."""
        while self._pgconn.flush():
            for _, ready in self._both_ways.poll():
                if ready & select.POLLIN:
                    self._pgconn.consume_input()

    def _receive(self, commands: int, new: _Prepared) -> list[Any]:
        """The result of each command of a trip; after an error the others were not carried out."""
        results = []
        for _ in range(commands + len(new)):
            results.append(self._result())
            self._result()
        self._result()
        for result in results:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                self._forget(new, results)
                raise psycopg.errors.error_from_result(result)
        return [result for place, result in enumerate(results) if place not in new] if new else results

    def _forget(self, new: _Prepared, results: list[Any]) -> None:
        """What was to be prepared after the error was not."""
        for place, name in new.items():
            if results[place].status != pq.ExecStatus.COMMAND_OK:
                self._prepared.discard(name)

    def _result(self) -> Any:
        while self._pgconn.is_busy():
            self._poll.poll()
            self._pgconn.consume_input()
        return self._pgconn.get_result()

    def _read(self, statement: Statement, result: pq.abc.PGresult) -> list[Row]:
        if result.ntuples == 0:
            return []
        readers = self._readers.get(statement.name)
        if readers is None:
            readers = tuple(
                _READ_AS.get(result.ftype(column), bytes.decode) for column in range(result.nfields)
            )
            self._readers[statement.name] = readers
        value_at, rows = result.get_value, range(result.ntuples)
        columns = (
            [None if (value := value_at(row, column)) is None else reader(value) for row in rows]
            for column, reader in enumerate(readers)
        )
        return list(zip(*columns, strict=True))


def _written(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it from text."""
    if isinstance(value, str):
        return value.encode()
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, datetime):
        return value.isoformat().encode()
    if isinstance(value, list):
        return f"{{{_elements(value)}}}".encode()
    return str(value).encode()


def _elements(values: list[Any]) -> str:
    """The elements of an array. Many of them are CallSids, of which none needs quotes."""
    plain = ",".join(map(str, values))
    together = plain.replace(",", "")
    needs_none = together.isalnum() and together.isascii() and plain.count(",") == len(values) - 1
    if needs_none and all(values) and "null" not in plain.lower():
        return plain
    return ",".join([_element(value) for value in values])


def _element(value: str | int) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
