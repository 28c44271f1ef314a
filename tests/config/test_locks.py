"""The locks pin every package by its hash and tell no address."""

import re
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).parents[2] / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_has_its_version_and_hashes(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert all(re.match(r"[a-z0-9-]+==\S+", package) for package in packages)
    assert all("--hash=sha256:" in package for package in packages)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_no_lock_tells_an_address(lock: Path) -> None:
    assert not re.search(r"://|file:|index|find-links", lock.read_text())


def test_what_runs_is_tested_in_the_same_versions() -> None:
    run, dev = (pinned(name) for name in ("run.txt", "dev.txt"))
    assert run.items() <= dev.items()


def pinned(name: str) -> dict[str, str]:
    text = next(lock for lock in LOCKS if lock.name == name).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
