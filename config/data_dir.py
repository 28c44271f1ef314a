"""The data directory (`CALLROUTER_HOME`): private, with keys that are created once and the sockets of embedded
servers.

If the path of a socket would be too long or has special characters, the socket is under /tmp instead.
"""

import base64
import hashlib
import os
import re
import secrets
import socket
from pathlib import Path
from urllib.parse import quote

from config.environment import MADE_ONCE, SettingFault, SettingsError, SettingText
from config.parsers import KEY_BYTES

VAULT_KEY_FILE = "vault.key"
OWN_FILES = ("secret.key", VAULT_KEY_FILE, "evidence.key", "run.lock", "server.json")
OF_EARLIER_VERSIONS = "callrouter.sqlite3"
# The port only names the socket, because no address is listened on.
POSTGRESQL_PORT = "5432"
POSTGRESQL_SOCKET = f".s.PGSQL.{POSTGRESQL_PORT}"
# A socket's path ends at 107 bytes on Linux and at 103 on macOS.
LONGEST_SOCKET_PATH = 103
# Other characters have a meaning in URLs: a comma separates hosts, a question mark options.
PLAIN = re.compile(r"[A-Za-z0-9/._ -]+")
# Not TMPDIR, which may differ between two shells that have to find the same socket.
SHARED_PARENT = Path("/tmp")  # noqa: S108  (only a directory that is ours alone is used in it)
DATABASE = "callrouter"
"""the name of the embedded database and of its user"""
VALKEY = "valkey.sock"
CONSOLE = "pages.sock"
POSTGRESQL = f"postgresql/{POSTGRESQL_SOCKET}"


def make_private(data_dir: Path) -> Path:
    """Create the directory, readable only by its owner. Refuse a readable one that contains other things."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if data_dir.stat().st_mode & 0o077:
            _restrict(data_dir)
    except OSError as error:
        raise _wrong_directory(f"cannot be made or read: {error}") from error
    return data_dir


def _restrict(data_dir: Path) -> None:
    ours = any((data_dir / name).exists() for name in OWN_FILES)
    if not ours and any(data_dir.iterdir()):
        raise _wrong_directory(f"is {data_dir}, which others can read and which holds other things")
    data_dir.chmod(0o700)


def _wrong_directory(wrong: str) -> SettingsError:
    expected = "a directory that can be made, an empty one, or one that only you can read (chmod 700)"
    return SettingsError([SettingFault("CALLROUTER_HOME", wrong, expected, "var")])


def refuse_earlier(data_dir: Path) -> None:
    """Raise SettingsError if the directory has the database of an earlier version."""
    if (data_dir / OF_EARLIER_VERSIONS).exists():
        wrong = (
            f"is {data_dir}, where {OF_EARLIER_VERSIONS} is the database of an earlier version, which this one cannot"
            " read: move that directory away, or set another CALLROUTER_HOME"
        )
        raise SettingsError([SettingFault("CALLROUTER_HOME", wrong)])


def stored_keys(data_dir: Path) -> dict[str, SettingText]:
    """The keys of this data directory. The first start creates them."""
    make_private(data_dir)
    files = {
        "CALLROUTER_SECRET_KEY": (data_dir / "secret.key", _new_secret()),
        "CALLROUTER_VAULT_KEY": (data_dir / VAULT_KEY_FILE, new_key()),
    }
    try:
        return {name: SettingText(stored_key(path, new), MADE_ONCE) for name, (path, new) in files.items()}
    except OSError as error:
        fault = SettingFault("CALLROUTER_HOME", f"does not keep the keys: {error}", "a directory of yours")
        raise SettingsError([fault]) from error


def _new_secret() -> str:
    return secrets.token_hex(KEY_BYTES)


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def stored_key(path: Path, new: str) -> str:
    """The key stored at this path, or else the new one. Processes that ask at the same time get the same key."""
    if not path.exists():
        _store_once(path, new)
    return path.read_text().strip()


def _store_once(path: Path, key: str) -> None:
    # A link is atomic and never overwrites: nobody reads half a key or replaces one.
    draft = _draft_of(path)
    try:
        _write_durably(draft, key + "\n")
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def replace_durably(path: Path, text: str) -> None:
    """Write a file at once: a reader finds the old one or the new one, even after a crash. Raises OSError."""
    draft = _draft_of(path)
    try:
        _write_durably(draft, text)
        draft.replace(path)
        directory = os.open(path.parent, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
    finally:
        draft.unlink(missing_ok=True)


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")


def _write_durably(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def socket_path(data_dir: Path, name: str = VALKEY) -> Path:
    """The socket of an embedded server (`VALKEY`, `POSTGRESQL`)."""
    path = data_dir / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN.fullmatch(str(path)):
        return path
    return shared_directory(data_dir) / name


def database_url(data_dir: Path) -> str:
    """The URL of the embedded database, for SQLAlchemy."""
    directory = quote(str(socket_path(data_dir, POSTGRESQL).parent))
    return f"postgresql+psycopg://{DATABASE}@/{DATABASE}?host={directory}&port={POSTGRESQL_PORT}"


def is_served(path: Path) -> bool:
    """Whether a server listens at the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def shared_directory(data_dir: Path) -> Path:
    """The directory under /tmp for sockets whose path would be too long."""
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return SHARED_PARENT / f"callrouter-{os.getuid()}-{name}"
