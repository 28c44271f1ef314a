"""The embedded database under `make run`: private, durable, back when it dies, and gone with the supervisor."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from config.data_dir import DATABASE, POSTGRESQL, POSTGRESQL_PORT, POSTGRESQL_SOCKET, socket_path
from tests.server.running import Supervised, free_port, soon, supervised

pytestmark = pytest.mark.xdist_group("embedded database")

READY = "callrouter is ready"
WITHOUT_NAMESPACES = (sys.executable, str(Path(__file__).with_name("without_namespaces.py")))
AS_IN_A_CONTAINER = ("setpriv", "--bounding-set=-dac_read_search", *WITHOUT_NAMESPACES)
NOBODY = pwd.getpwnam("nobody")
# The capability is for the way to the repository, and to a Python that may be root's.
MAY_READ = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY.pw_uid}",
    f"--regid={NOBODY.pw_gid}",
    "--clear-groups",
    *MAY_READ,
)

as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="ONLY ROOT CAN BE REFUSED AS ROOT, OR BECOME SOMEBODY ELSE"
)


class House:
    """A directory that only its owner can enter, and supervisors that are started in it with a web server alone."""

    def __init__(self, place: Path, running: ExitStack) -> None:
        self.place = place
        self.home = place / "var"
        self._running = running

    def starts(self, *under: str, **environment: str) -> Supervised:
        own = {"PORT": str(free_port()), "REDIS_URL": "redis://127.0.0.1:1/0"}
        return self._running.enter_context(supervised(self.place, {"web": "web"}, under, **own | environment))

    def is_up(self, *under: str, **environment: str) -> Supervised:
        running = self.starts(*under, **environment)
        running.says(READY)
        return running

    def executes(self, statement: str) -> list[tuple[object, ...]]:
        with self.connected() as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def connected(self) -> psycopg.Connection[tuple[object, ...]]:
        host = str(socket_path(self.home, POSTGRESQL).parent)
        return psycopg.connect(
            host=host, port=POSTGRESQL_PORT, user=DATABASE, dbname=DATABASE, autocommit=True
        )

    def has_row(self) -> bool:
        """Whether what `keeps_row` stored is there, when the database answers."""
        try:
            return self.executes("SELECT n FROM kept") == [(7,)]
        except psycopg.OperationalError:
            return False

    def keeps_row(self) -> None:
        self.executes("CREATE TABLE kept AS SELECT 7 AS n")

    @property
    def postmaster(self) -> int:
        return int((self.home / "postgresql/data/postmaster.pid").read_text().split()[0])

    def has_no_process(self) -> bool:
        """Every process of the server holds the lock from its first moment to its last."""
        with (self.home / "postgresql.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def has_no_socket(self) -> bool:
        return not socket_path(self.home, POSTGRESQL).exists() and not list(
            self.home.rglob(f"{POSTGRESQL_SOCKET}*")
        )


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose database has been made."""
    place = Path(mkdtemp(prefix="callrouter-made-"))
    with ExitStack() as running:
        house = House(place, running)
        first = house.is_up()
        first.receives(signal.SIGINT)
        assert first.ends_with() == 0
    yield house.home
    shutil.rmtree(place)


@pytest.fixture
def empty(request: pytest.FixtureRequest) -> Iterator[House]:
    """A house where nothing has been started yet; its path has spaces, and whatever `request.param` adds."""
    whole = Path(mkdtemp(prefix="call router "))
    place = whole / getattr(request, "param", "")
    place.mkdir(exist_ok=True, mode=0o700)
    with ExitStack() as running:
        yield House(place, running)
    shutil.rmtree(whole)


@pytest.fixture
def house(empty: House, made: Path) -> House:
    """The same, with its database made before."""
    shutil.copytree(made, empty.home, symlinks=True)
    return empty


@pytest.fixture
def up(house: House) -> Supervised:
    """The supervisor, with everything up and a row in the database."""
    running = house.is_up()
    house.keeps_row()
    return running


def test_it_is_made_at_the_first_start_and_kept_from_then_on(empty: House) -> None:
    first = empty.is_up()
    assert "making the database" in first.said
    empty.keeps_row()
    first.receives(signal.SIGINT)
    assert first.ends_with() == 0
    second = empty.is_up()
    assert "making the database" not in second.said
    assert empty.has_row()


def test_nothing_is_left_when_it_is_stopped(up: Supervised, house: House) -> None:
    with house.connected():
        up.receives(signal.SIGINT)
        assert up.ends_with() == 0
    assert house.has_no_process()
    assert house.has_no_socket()


def test_it_waits_for_the_disk_and_listens_at_its_socket_alone(up: Supervised, house: House) -> None:
    names = "'fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses'"
    found = house.executes(f"SELECT setting FROM pg_settings WHERE name IN ({names}) ORDER BY name")
    assert found == [("on",), ("on",), ("",), ("on",)]
    assert (house.home / "postgresql").stat().st_mode & 0o077 == 0


def test_no_kept_key_is_printed(up: Supervised, house: House) -> None:
    keys = [(house.home / name).read_text().strip() for name in ("secret.key", "vault.key")]
    assert not any(key in up.said for key in keys)


def test_kill_9_of_the_supervisor_ends_it_and_the_next_start_has_all(up: Supervised, house: House) -> None:
    up.receives(signal.SIGKILL)
    up.process.wait()
    assert soon(house.has_no_process)
    house.is_up()
    assert house.has_row()


def test_a_server_that_is_killed_is_started_again_with_all(up: Supervised, house: House) -> None:
    killed = house.postmaster
    os.kill(killed, signal.SIGKILL)
    said = up.says("postgres ended with status 137 and is started again in 0.2 seconds")
    assert "database system is ready to accept connections" in said
    assert soon(house.has_row)
    assert house.postmaster != killed


def test_a_server_is_back_although_a_question_was_under_way(up: Supervised, house: House) -> None:
    endless = "SELECT count(*) FROM generate_series(1, 1000000000)"
    asks = [sys.executable, "-c", ASK, str(socket_path(house.home, POSTGRESQL).parent), endless]
    with subprocess.Popen(asks) as asking:
        try:
            under_way = f"SELECT 1 FROM pg_stat_activity WHERE query = '{endless}'"
            assert soon(lambda: house.executes(under_way))
            os.kill(house.postmaster, signal.SIGKILL)
            assert soon(house.has_row)
        finally:
            asking.kill()


ASK = f"""
import psycopg, sys
from contextlib import suppress
with suppress(psycopg.OperationalError), psycopg.connect(
    host=sys.argv[1], port="{POSTGRESQL_PORT}", user="{DATABASE}", dbname="{DATABASE}"
) as connection:
    connection.execute(sys.argv[2])
"""


def test_a_backend_that_is_killed_takes_nothing_with_it(up: Supervised, house: House) -> None:
    server = house.postmaster
    with pytest.raises(psycopg.OperationalError), house.connected() as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        connection.execute("SELECT 1")
    assert soon(house.has_row)
    assert house.postmaster == server


def test_a_server_that_outlived_its_supervisor_is_ended_at_the_next_start(
    up: Supervised, house: House
) -> None:
    server = house.postmaster
    keeper = int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1])
    # ConfirmDoNotCall, it can neither end what it keeps, nor start anything anew.
    os.kill(up.process.pid, signal.SIGSTOP)
    os.kill(keeper, signal.SIGKILL)
    up.receives(signal.SIGKILL)
    up.process.wait()
    assert not house.has_no_process()
    house.is_up()
    assert house.has_row()
    assert house.postmaster != server


def test_the_process_id_of_a_killed_server_may_be_somebody_elses_by_now(house: House) -> None:
    pid = house.home / "postgresql/data/postmaster.pid"
    lines = [
        str(os.getpid()),
        str(pid.parent),
        "1",
        POSTGRESQL_PORT,
        str(pid.parent.parent),
        "",
        "",
        "ready   ",
    ]
    pid.write_text("\n".join(lines) + "\n")
    (house.home / "postgresql" / f"{POSTGRESQL_SOCKET}.lock").write_text("\n".join(lines) + "\n")
    house.is_up()


def test_data_that_were_half_made_are_made_again(empty: House) -> None:
    draft = empty.home / "postgresql" / "data.new"
    draft.mkdir(parents=True, mode=0o700)
    empty.home.chmod(0o700)
    (draft / "PG_VERSION").write_text("18\n")
    empty.is_up()
    assert not draft.exists()


def test_data_of_another_major_version_are_refused_in_one_sentence(house: House) -> None:
    data = house.home / "postgresql" / "data"
    (data / "PG_VERSION").write_text("17\n")
    running = house.starts()
    assert running.ends_with() == 1
    assert f"{data} has data of PostgreSQL 17, and the installed one is 18" in running.said
    assert "Set another CALLROUTER_HOME, or DATABASE_URL" in running.said
    assert "Traceback" not in running.said


def test_one_that_cannot_start_says_why_and_what_to_set(house: House) -> None:
    (house.home / "postgresql/data/global/pg_control").unlink()
    running = house.starts()
    assert running.ends_with() == 1
    assert "pg_control" in running.said
    assert "Set DATABASE_URL to a PostgreSQL of yours" in running.said
    assert "started again" not in running.said


def test_what_is_set_about_another_postgresql_does_not_matter(house: House) -> None:
    house.is_up(PGHOSTADDR="127.0.0.1", PGPORT="1", PGOPTIONS="-c nonsense=1", PGDATA="/nowhere")


@pytest.mark.parametrize("empty", ["long-" * 25, "ä,b?c"], indirect=True)
def test_a_home_whose_path_no_socket_can_have_leaves_nothing_elsewhere(house: House) -> None:
    running = house.is_up()
    place = socket_path(house.home, POSTGRESQL).parent
    assert place.exists()
    assert house.home not in place.parents
    running.receives(signal.SIGINT)
    running.ends_with()
    assert not place.parent.exists()


@as_root
@pytest.mark.parametrize("under", [WITHOUT_NAMESPACES, AS_IN_A_CONTAINER], ids=["root", "container"])
def test_root_has_it_where_namespaces_are_forbidden_too(house: House, under: tuple[str, ...]) -> None:
    running = house.is_up(*under)
    assert (house.home / "postgresql").stat().st_uid == NOBODY.pw_uid
    house.keeps_row()
    running.receives(signal.SIGINT)
    assert running.ends_with() == 0
    # With namespaces again the files are root's again.
    house.is_up()
    assert house.has_row()
    assert (house.home / "postgresql").stat().st_uid == 0


@as_root
def test_kill_9_ends_it_as_well_where_it_runs_as_somebody_else(house: House) -> None:
    running = house.is_up(*WITHOUT_NAMESPACES)
    running.receives(signal.SIGKILL)
    running.process.wait()
    assert soon(house.has_no_process)
    house.is_up(*WITHOUT_NAMESPACES)


@as_root
@pytest.mark.parametrize("also", [(), WITHOUT_NAMESPACES], ids=["with namespaces", "without"])
def test_who_is_not_root_has_it_as_himself(empty: House, also: tuple[str, ...]) -> None:
    os.chown(empty.place, NOBODY.pw_uid, NOBODY.pw_gid)
    os.chown(empty.place.parent, NOBODY.pw_uid, NOBODY.pw_gid)
    empty.is_up(*AS_NOBODY, *also)
    assert (empty.home / "postgresql").stat().st_uid == NOBODY.pw_uid
    assert (empty.home / "postgresql/data").stat().st_mode & 0o077 == 0
