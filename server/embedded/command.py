"""The command lines of PostgreSQL: `initdb` and `postgres`."""

import sys
from collections.abc import Mapping
from pathlib import Path

from config.data_dir import POSTGRESQL_PORT
from server.embedded.programs import Programs

ALWAYS = {"listen_addresses": "", "port": POSTGRESQL_PORT, "timezone": "UTC"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
SMALL = {
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_worker_slots": "4",
    "autovacuum_max_workers": "2",
    "io_workers": "1",
    "jit": "off",
}
# No statement has a caller's number in it, but some have what staff wrote. The processes log their own errors.
DISCREET = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "off",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "",
}


def initdb(programs: Programs, data: Path, user: str, *, durable: bool = True) -> list[str]:
    """Create a data directory. Everybody who can reach its socket is the superuser `user`."""
    # There are a thousand files. Linux writes them faster together than one by one.
    at_once = ["--sync-method=syncfs"] if sys.platform == "linux" else []
    options = ["--auth=trust", "--encoding=UTF8", "--no-locale", *(at_once if durable else ["--no-sync"])]
    return [programs.path("initdb"), "-U", user, "-D", str(data), *options]


def postgres(programs: Programs, data: Path, socket: Path, settings: Mapping[str, str]) -> list[str]:
    """Serve the data directory at `POSTGRESQL_SOCKET` in the directory `socket`, and nowhere else."""
    chosen = {**ALWAYS, **settings, "unix_socket_directories": f'"{socket}"'}
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    return [programs.path("postgres"), "-D", str(data), *options]
