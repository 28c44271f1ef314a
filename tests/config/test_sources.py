"""A name that nearly is a setting starts nothing; a name that is somebody else's is left alone."""

from pathlib import Path

import pytest

from config.environment import SettingsError
from config.settings import Settings, read_settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def read(home: Path, file: str = "", **environment: str) -> Settings:
    env_file = home.with_name(".env")
    env_file.write_text(file)
    return read_settings({"CALLROUTER_HOME": str(home), **environment}, env_file)


def fault(home: Path, file: str = "", **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(home, file, **environment)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TWILIO_ACOUNT_SID", "TWILIO_ACCOUNT_SID"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("database_url", "DATABASE_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("CALLROUTER_PORT", "CALLROUTER_HOME"),
    ],
)
def test_an_unknown_name_in_the_file_is_told_with_its_line_and_what_was_meant(
    home: Path, written: str, meant: str
) -> None:
    told = fault(home, f"# ours\n\nPORT=8001\n{written}=x\n")
    assert told.startswith(f"{written} on line 4 of .env is not a setting; {meant} was meant?")
    assert f"expected: {meant}, " in told


def test_a_name_in_the_file_that_is_like_none_of_ours_is_told_too(home: Path) -> None:
    assert fault(home, "COLOUR=green\n").splitlines() == [
        "COLOUR on line 1 of .env is not a setting",
        "  expected: one of the names in .env.example, or no such line",
    ]


def test_every_unknown_name_is_told_at_once_and_beside_other_faults(home: Path) -> None:
    told = fault(home, "export DATABSE_URL=x\nPORT=none\nREDIS_ULR=y\n")
    for name in ("DATABSE_URL on line 1", "REDIS_ULR on line 3", "PORT is 'none'"):
        assert name in told


def test_a_value_that_may_be_a_secret_is_not_shown(home: Path) -> None:
    assert "hush" not in fault(home, "TWILIO_AUTH_TOKN=hush\n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TWILIO_ACOUNT_SID", "TWILIO_ACCOUNT_SID"),
        ("TWILIO_ACCOUNT_ID", "TWILIO_ACCOUNT_SID"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("Database_Url", "DATABASE_URL"),
        ("REDIS_ULR", "REDIS_URL"),
        ("PUBLIC_URI", "PUBLIC_URL"),
        ("CALLROUTER_VAULTKEY", "CALLROUTER_VAULT_KEY"),
        ("CALLROUTER_SECRET", "CALLROUTER_SECRET_KEY"),
        ("CALLROUTER_DIRECTROY", "CALLROUTER_DIRECTORY"),
    ],
)
def test_a_slip_in_the_environment_is_told_with_what_was_meant(home: Path, written: str, meant: str) -> None:
    told = fault(home, **{written: "x"})
    assert told.startswith(f"{written} in the environment is not a setting; {meant} was meant?")


@pytest.mark.parametrize(
    "foreign",
    [
        "CALLROUTER_HOST",
        "CALLROUTER_NAME",
        "CALLROUTER_PORT",
        "CALLROUTER_PORT_8000_TCP_ADDR",
        "CALLROUTER_SERVICE_HOST",
        "DATABASE_USER",
        "HOSTNAME",
        "HOSTS",
        "LOGLEVEL",
        "PATH",
        "PGDATABASE",
        "POSTGRES_URL",
        "PUBLIC_IP",
        "REDIS_HOST",
        "REDIS_TLS_URL",
        "REDIS_USER",
        "SQLALCHEMY_DATABASE_URI",
        "TEST_DATABASE_URL",
        "TWILIO_API_KEY",
        "TWILIO_API_SECRET",
        "TWILIO_EDGE",
        "TWILIO_PHONE_NUMBER",
        "TWILIO_REGION",
    ],
)
def test_what_belongs_to_others_in_the_environment_is_no_problem(home: Path, foreign: str) -> None:
    assert read(home, **{foreign: "x"}).simulated


def test_a_name_like_one_that_is_set_is_somebody_elses(home: Path) -> None:
    assert read(home, REDIS_URL="redis://127.0.0.1/0", REDIS_URI="x").redis
    assert read(home, "REDIS_URL=redis://127.0.0.1/0\n", REDIS_URI="x").redis


def test_an_empty_setting_says_that_none_is_meant(home: Path) -> None:
    assert read(home, DATABASE_URI="x", DATABASE_URL="").database is None


def test_a_slip_without_a_value_is_nothing_in_the_environment(home: Path) -> None:
    assert read(home, DATABASE_URI="").database is None
