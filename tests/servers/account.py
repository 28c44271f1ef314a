"""As whom a server runs: PostgreSQL refuses root, and a user id that has no name."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """What to put before a command, or the user to become, so that it runs as somebody else."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        return self.uid is None or open_to_all(path)


def account_for(program: Path) -> Account:
    """The nearest account that PostgreSQL accepts: ourselves, ourselves under another name, or nobody."""
    root = os.geteuid() == 0
    nobody = pwd.getpwnam("nobody")
    renamed = _under_the_name_of(nobody)
    if (root or not _has_a_name(os.geteuid())) and _runs(renamed, program):
        return renamed
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid) if root else Account()


def open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _under_the_name_of(user: pwd.struct_passwd) -> Account:
    """In a user namespace our files stay ours, while we look like that user."""
    return Account(prefix=("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}"))


def _runs(account: Account, program: Path) -> bool:
    if shutil.which(account.prefix[0]) is None:
        return False
    trial = subprocess.run([*account.prefix, program, "--version"], capture_output=True, check=False)
    return trial.returncode == 0


def _has_a_name(uid: int) -> bool:
    return any(user.pw_uid == uid for user in pwd.getpwall())
