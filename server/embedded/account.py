"""Finds an account that can run PostgreSQL, which refuses root and users without a name.

In a user namespace our files stay ours while we look like another user. Where namespaces are forbidden, root becomes
another user, with one capability: to pass through directories that only root can enter.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.embedded.programs import PostgresUnavailable, Programs

ROOT = 0
# The first grants less. Containers only allow the second, and programs that only root may execute need it.
PASS_THROUGH = ("dac_read_search", "dac_override")
TRIAL = 'cd "$1" && exec "$2" --version'
TRIAL_SECONDS = 30


@dataclass(frozen=True)
class OsAccount:
    """The account. `prefix` precedes every command. `uid` and `gid` own what the server writes."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def own(self, path: Path) -> None:
        """Give this account the path and everything below it. Raises PermissionError."""
        for each in (path, *path.rglob("*")):
            if each.lstat().st_uid != self.uid:
                os.chown(each, self.uid, self.gid, follow_symlinks=False)


def account_for(programs: Programs, place: Path) -> OsAccount:
    """The first account that can run the programs and enter the directory. Raises PostgresUnavailable."""
    failures = []
    for account in _accounts(place.stat().st_uid):
        failure = _failure(account, programs, place)
        if failure is None:
            return account
        failures.append(failure)
    tried = "; ".join(dict.fromkeys(failures)) or "neither unshare nor setpriv is installed"
    raise PostgresUnavailable(f"it does not run as {_who()}, and cannot become somebody else here ({tried})")


def _accounts(owner: int) -> Iterator[OsAccount]:
    """The accounts to try, in order. `owner` is the user id that owns the directory."""
    root = os.geteuid() == ROOT
    if not root and _has_a_name(os.geteuid()):
        yield OsAccount(os.geteuid(), os.getegid())
    if root and owner != ROOT and _has_a_name(owner):
        yield from _as(pwd.getpwuid(owner))
    if other := _somebody_else():
        yield from _under_the_name_of(other)
        yield from _as(other) if root else ()


def _under_the_name_of(user: pwd.struct_passwd) -> Iterator[OsAccount]:
    if unshare := shutil.which("unshare"):
        name = (f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}")
        yield OsAccount(os.geteuid(), os.getegid(), (unshare, "--user", *name))


def _as(user: pwd.struct_passwd) -> Iterator[OsAccount]:
    if setpriv := shutil.which("setpriv"):
        ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
        for capability in PASS_THROUGH:
            keep = (f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}")
            yield OsAccount(user.pw_uid, user.pw_gid, (setpriv, *ids, *keep))


def _failure(account: OsAccount, programs: Programs, place: Path) -> str | None:
    """Why the account cannot run it. None: it can."""
    command = [*account.prefix, "/bin/sh", "-c", TRIAL, "sh", str(place), programs.path("postgres")]
    try:
        trial = subprocess.run(  # noqa: S603  (the words are ours)
            command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (trial.stderr.strip() or f"status {trial.returncode}") if trial.returncode else None


def _somebody_else() -> pwd.struct_passwd | None:
    """The user `nobody`, or else any user that is not root."""
    others = [user for user in pwd.getpwall() if user.pw_uid != ROOT]
    return min(others, key=lambda user: user.pw_name != "nobody", default=None)


def _who() -> str:
    if os.geteuid() == ROOT:
        return "root"
    name = _has_a_name(os.geteuid())
    return f"user {os.geteuid()}" + ("" if name else ", who has no name")


def _has_a_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False
