"""The embedded broker is a real server on a private socket that keeps what it was given."""

import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.data_dir import socket_path
from server.embedded import valkey
from server.embedded.socket_directories import remove_sockets
from server.embedded.valkey import ValkeyUnavailable, is_ready, valkey_command


@contextmanager
def serving(home: Path, end: str = "terminate") -> Iterator[Redis]:
    path = socket_path(home)
    server = subprocess.Popen(shlex.split(valkey_command(home, path)), stdout=subprocess.DEVNULL)
    patience = Retry(ConstantBackoff(0.02), 500, supported_errors=(RedisError, OSError))
    try:
        client = Redis(unix_socket_path=str(path), decode_responses=True, retry=patience)
        client.ping()
        yield client
        client.close()
    finally:
        getattr(server, end)()
        server.wait()


def test_it_answers_on_its_socket_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert is_ready(socket_path(tmp_path))
        assert client.config_get("port") == {"port": "0"}
    assert not is_ready(socket_path(tmp_path))


def test_nobody_else_can_reach_it(tmp_path: Path) -> None:
    with serving(tmp_path):
        assert socket_path(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_it_keeps_what_it_was_given_however_it_ends(tmp_path: Path, end: str) -> None:
    with serving(tmp_path, end) as client:
        client.rpush("queue", "a call")
    with serving(tmp_path) as client:
        assert client.lrange("queue", 0, -1) == ["a call"]


def test_a_home_with_a_long_path_is_served_too(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 25)
    with serving(home):
        assert is_ready(socket_path(home))
    remove_sockets(home)
    assert not socket_path(home).parent.exists()


def test_a_socket_that_nobody_serves_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # A relative path is a short one.
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind("silent.sock")
        assert not is_ready(Path("silent.sock"))
    assert not is_ready(tmp_path / "missing.sock")


def test_a_platform_without_the_server_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "find_spec", lambda _: None)
    with pytest.raises(ValkeyUnavailable, match="REDIS_URL"):
        valkey.valkey_binary()
