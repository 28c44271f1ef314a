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


def given(environment: Mapping[str, str], env_file: Path) -> dict[str, Given]:
    """What was set, by name. The environment counts more than the file; an empty value counts as none."""
    texts = [(".env", _in_file(env_file)), ("environment", environment)]
    return {
        name: Given(text.strip(), source)
        for source, values in texts
        for name, text in values.items()
        if text and text.strip()
    }


def _in_file(path: Path) -> Mapping[str, str | None]:
    try:
        lines = list(parse_stream(StringIO(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([_unreadable(path, f"cannot be read: {error}")]) from error
    if wrong := [line for line in lines if line.error]:
        raise SettingsError(
            [_unreadable(path, f"line {line.original.line} is not understood") for line in wrong]
        )
    # Not interpolated: a password may hold a dollar sign.
    return {line.key: line.value for line in lines if line.key}


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
