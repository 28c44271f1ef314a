"""A command finds the server that runs on its home, and no other."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from config.running_server import FILE, announce, with_running_server
from config.settings import Settings, read_settings
from config.web_address import answer
from tests.server.running import ROOT, free_port

ANNOUNCE = """
import sys
from config.running_server import announce
from config.settings import read_settings
with announce(read_settings()):
    print("announced", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def read(home: Path, file: str = "", **environment: str) -> Settings:
    env_file = home.with_name(".env")
    env_file.write_text(file)
    return read_settings({"CALLROUTER_HOME": str(home), **environment}, env_file)


def found(home: Path, file: str = "", **environment: str) -> tuple[str, int]:
    settings = with_running_server(read(home, file, **environment))
    return settings.host, settings.port


def test_a_command_without_a_port_finds_the_server(home: Path) -> None:
    with announce(read(home, PORT="8123", HOST="::1")):
        assert found(home) == ("::1", 8123)
        settings = with_running_server(read(home))
        assert settings.public_url == "http://127.0.0.1:8123"
        assert settings.carrier_api_url == "http://127.0.0.1:8124"
        assert settings.sources["PORT"] == "running server"


def test_what_the_server_was_told_about_its_addresses_is_found_too(home: Path) -> None:
    told = {"PUBLIC_URL": "https://calls.example.org", "TWILIO_API_URL": "http://127.0.0.1:9000"}
    with announce(read(home, PORT="8123", **told)):
        settings = with_running_server(read(home))
    assert (settings.public_url, settings.carrier_api_url) == tuple(told.values())


def test_a_port_in_the_environment_stands_and_one_in_the_file_gives_way(home: Path) -> None:
    with announce(read(home, PORT="8123")):
        assert found(home, PORT="8200") == ("127.0.0.1", 8200)
        assert found(home, "PORT=8300\n") == ("127.0.0.1", 8123)


def test_where_no_server_runs_nothing_changes(home: Path) -> None:
    assert found(home) == ("127.0.0.1", 8000)
    with announce(read(home, PORT="8123")):
        pass
    assert (home / FILE).exists()
    assert found(home) == ("127.0.0.1", 8000)


def test_the_server_of_another_home_is_not_found(home: Path, tmp_path: Path) -> None:
    with announce(read(tmp_path / "other", PORT="8123")):
        assert found(home) == ("127.0.0.1", 8000)


def test_what_a_killed_server_left_behind_is_not_believed(home: Path) -> None:
    own = os.environ | {"CALLROUTER_HOME": str(home), "PORT": "8123", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", ANNOUNCE],
        env=own,
        cwd=home.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdin
    with process.stdout, process.stdin:
        assert process.stdout.readline() == b"announced\n"
        assert found(home) == ("127.0.0.1", 8123)
        process.kill()
        process.wait()
    assert "8123" in (home / FILE).read_text()
    assert found(home) == ("127.0.0.1", 8000)


def test_a_second_server_of_the_home_takes_nothing_from_the_first(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.running_server.TRIES", 1)
    with announce(read(home, PORT="8123")), announce(read(home, PORT="8124")):
        assert found(home) == ("127.0.0.1", 8123)


@pytest.mark.parametrize("written", ["", "{", '"8123"', "[]"])
def test_a_file_that_is_not_understood_counts_as_none(home: Path, written: str) -> None:
    with announce(read(home, PORT="8123")):
        (home / FILE).write_text(written)
        assert found(home) == ("127.0.0.1", 8000)


def test_a_home_that_is_not_there_keeps_no_server_from_starting(home: Path) -> None:
    settings = read(home, PORT="8123")
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
    with announce(settings):
        assert found(home) == ("127.0.0.1", 8000)


def test_the_web_server_is_found_by_the_commands_of_its_home(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    keys = {"CALLROUTER_SECRET_KEY": "s" * 32, "CALLROUTER_VAULT_KEY": "A" * 43 + "="}
    own = {"CALLROUTER_HOME": str(tmp_path), "DATABASE_URL": database_url, **keys}
    environment = os.environ | own | {"REDIS_URL": f"unix://{tmp_path}/nobody.sock", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "server.web_server"], env=environment | {"PORT": str(port)}, cwd=tmp_path
    )
    try:
        while answer("127.0.0.1", port, "/healthz") is None:
            assert server.poll() is None
        assert with_running_server(read_settings(own, tmp_path / ".env")).port == port
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
    assert with_running_server(read_settings(own, tmp_path / ".env")).port == 8000
