"""The embedded servers listen at private sockets, whose paths are short and plain whatever the home is called."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from config import data_dir
from config.data_dir import POSTGRESQL, database_url, make_private, socket_path
from server.embedded.socket_directories import make_postgres_directory, make_socket_directory, remove_sockets


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_socket_is_in_the_home(tmp_path: Path) -> None:
    assert socket_path(Path("/srv/var")) == Path("/srv/var/valkey.sock")


def test_a_long_home_has_its_socket_at_a_short_path_of_its_own() -> None:
    long, other = Path("/srv") / ("a" * 120), Path("/srv") / ("b" * 120)
    assert len(str(socket_path(long))) <= data_dir.LONGEST_SOCKET_PATH
    assert socket_path(long) == socket_path(long)
    assert socket_path(long) != socket_path(other)


def test_the_place_of_the_socket_is_private(tmp_path: Path) -> None:
    make_socket_directory(tmp_path / "place" / "valkey.sock")
    assert mode(tmp_path / "place") == 0o700


def test_a_place_that_others_can_reach_is_refused(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place").chmod(0o777)
    with pytest.raises(PermissionError):
        make_socket_directory(tmp_path / "place" / "valkey.sock")


def test_a_link_in_the_place_of_the_socket_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "place").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        make_socket_directory(tmp_path / "place" / "valkey.sock")


@pytest.mark.parametrize("home", ["/srv/a,b", "/srv/a?b", "/srv/50%", "/srv/ä"])
def test_a_path_that_addresses_would_read_otherwise_is_not_used(home: str) -> None:
    assert socket_path(Path(home)).parent.parent == data_dir.SHARED_PARENT


def test_an_address_has_the_path_of_the_socket_whole() -> None:
    query = make_url(database_url(Path("/srv/with two spaces"))).query
    assert query["host"] == "/srv/with two spaces/postgresql"


def test_nothing_is_left_of_the_places_of_a_long_home(tmp_path: Path) -> None:
    home = make_private(tmp_path / ("long-" * 25))
    place = make_postgres_directory(home)
    assert mode(place) == mode(place.parent) == 0o700
    socket_path(home, POSTGRESQL).touch()
    remove_sockets(home)
    assert not place.parent.exists()
