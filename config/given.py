"""What was set, and where: in the environment, in `.env`, or made once and kept in the home."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import parse_stream

from config import keys
from config.faults import SettingFault, SettingsError
from config.home import make_private

ENV_FILE = Path(".env")


class Given(NamedTuple):
    text: str
    source: str


class EnvFile(NamedTuple):
    """What stands in `.env`, and the line of each name."""

    values: Mapping[str, str | None]
    lines: Mapping[str, int]


def given(environment: Mapping[str, str], file: EnvFile) -> dict[str, Given]:
    """What was set, by name. The environment counts more than the file; an empty value counts as none."""
    texts = [(".env", file.values), ("environment", environment)]
    return {
        name: Given(text.strip(), source)
        for source, values in texts
        for name, text in values.items()
        if text and text.strip()
    }


def read_env_file(path: Path) -> EnvFile:
    """The file as it stands; an absent one is empty. Raises SettingsError where it cannot be read."""
    try:
        lines = list(parse_stream(StringIO(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return EnvFile({}, {})
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([_unreadable(path, f"cannot be read: {error}")]) from error
    if wrong := [line for line in lines if line.error]:
        raise SettingsError(
            [_unreadable(path, f"line {line.original.line} is not understood") for line in wrong]
        )
    # Not interpolated: a password may hold a dollar sign.
    named = [(line.key, line) for line in lines if line.key]
    # A binding begins with the empty lines and remarks before it.
    return EnvFile(
        {name: line.value for name, line in named},
        {name: line.original.line + _lines_before(line.original.string) for name, line in named},
    )


def _lines_before(binding: str) -> int:
    """The lines of a binding before its name."""
    return binding[: len(binding) - len(binding.lstrip())].count("\n")


def _unreadable(path: Path, wrong: str) -> SettingFault:
    return SettingFault(str(path), wrong, "a text with NAME=value on each line; see .env.example")


def kept_keys(home: Path) -> dict[str, Given]:
    """The keys of this home, made at the first asking."""
    make_private(home)
    files = {
        "CALLROUTER_SECRET_KEY": (home / "secret.key", keys.new_secret()),
        "CALLROUTER_VAULT_KEY": (home / "vault.key", keys.new_vault_key()),
    }
    try:
        return {name: Given(keys.kept(path, made), "made once") for name, (path, made) in files.items()}
    except OSError as error:
        fault = SettingFault("CALLROUTER_HOME", f"does not keep the keys: {error}", "a directory of yours")
        raise SettingsError([fault]) from error
