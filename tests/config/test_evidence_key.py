"""The key of the evidence log is made once, by the writer alone, or set."""

import base64
from pathlib import Path

import pytest

from config.environment import SettingsError
from config.evidence_key import evidence_seed, known_evidence_seed
from config.settings import Settings, read_settings

KEY = bytes(range(32))
PRODUCTION = {
    "DATABASE_URL": "postgresql://callrouter@db.example.org/callrouter",
    "CALLROUTER_SECRET_KEY": "s" * 32,
    "CALLROUTER_VAULT_KEY": base64.b64encode(bytes(32)).decode(),
}


def read(tmp_path: Path, **environment: str) -> Settings:
    return read_settings({"CALLROUTER_HOME": str(tmp_path / "var"), **environment}, tmp_path / ".env")


@pytest.mark.parametrize("environment", [{}, PRODUCTION])
def test_the_writer_makes_it_once(tmp_path: Path, environment: dict[str, str]) -> None:
    settings = read(tmp_path, **environment)
    assert known_evidence_seed(settings) is None
    made = evidence_seed(settings)
    assert evidence_seed(settings) == known_evidence_seed(settings) == made
    assert len(made) == len(KEY)
    assert (tmp_path / "var" / "evidence.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_set_is_stored_nowhere(tmp_path: Path) -> None:
    settings = read(tmp_path, CALLROUTER_EVIDENCE_KEY=base64.b64encode(KEY).decode())
    assert evidence_seed(settings) == known_evidence_seed(settings) == KEY
    assert not (tmp_path / "var" / "evidence.key").exists()


def test_a_wrong_key_is_told_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CALLROUTER_EVIDENCE_KEY is set, but wrong") as told:
        read(tmp_path, CALLROUTER_EVIDENCE_KEY="short")
    assert "short" not in str(told.value)


def test_the_log_has_the_name_of_the_public_address(tmp_path: Path) -> None:
    assert read(tmp_path).evidence_origin == "127.0.0.1:8000/evidence"
    named = read(tmp_path, PUBLIC_URL="https://calls.example.org")
    assert named.evidence_origin == "calls.example.org/evidence"
