"""Where settings come from: the environment and `.env`; and the names there that are no setting of ours.

`.env` is ours alone, so whatever is unknown there is a fault. The environment belongs to everybody (`DATABASE_USER`,
`TWILIO_API_KEY`, what Kubernetes sets for a service named callrouter), so a name there is a fault only where it is
nearly one of ours and that one is set nowhere: then we would start with a simulated carrier or an embedded database.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import parse_stream

from config.fields import SettingFault, SettingsError

ENV_FILE = Path(".env")
ALIKE = 0.6
"""enough for a suggestion, by difflib's ratio"""
NEARLY_THE_SAME = 0.885
"""DATABASE_URI is DATABASE_URL by this; DATABASE_USER, TWILIO_API_KEY and CALLROUTER_HOST are themselves"""
GUARDED = ("CALLROUTER_", "DATABASE_", "PUBLIC_", "REDIS_", "TWILIO_")
"""Where one of these settings is absent something else is used in its place, and nothing else shows the mistake."""


class SettingText(NamedTuple):
    """What was set, and where: environment, .env, or made once."""

    text: str
    source: str


class EnvFile(NamedTuple):
    """The content of `.env`, and the line of each name."""

    values: Mapping[str, str | None]
    lines: Mapping[str, int]


def set_texts(environment: Mapping[str, str], file: EnvFile) -> dict[str, SettingText]:
    """What was set, by name. The environment counts more than the file; an empty value counts as none."""
    texts = [(".env", file.values), ("environment", environment)]
    return {
        name: SettingText(text.strip(), source)
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


def unknown_in_file(
    lines: Mapping[str, int], file: str, expected_of: Mapping[str, str]
) -> Iterator[SettingFault]:
    """A fault for each unknown name of the file; `lines` has the names with their lines."""
    for name, line in lines.items():
        where = f"on line {line} of {file} is not a setting"
        if name not in expected_of:
            meant = closest(name, expected_of, ALIKE)
            yield _misspelled(name, where, meant, expected_of[meant]) if meant else _unknown(name, where)


def unknown_in_environment(
    names: Collection[str], set_names: Collection[str], expected_of: Mapping[str, str]
) -> Iterator[SettingFault]:
    """A fault for each name that is nearly a guarded setting, where that is not set; an empty one counts."""
    guarded = [name for name in expected_of if name.startswith(GUARDED)]
    for name in sorted(set(names) - expected_of.keys()):
        meant = closest(name, guarded, NEARLY_THE_SAME)
        if meant and meant not in set_names:
            expected = (
                f"{expected_of[meant]}; where {name} is somebody else's, set {meant}= (empty) beside it"
            )
            yield _misspelled(name, "in the environment is not a setting", meant, expected)


def closest(name: str, known: Collection[str], ratio: float) -> str | None:
    """The known name that this one is most like, whatever its case; None where none is that much like it."""
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=ratio)), None)


def _misspelled(name: str, wrong: str, meant: str, expected: str) -> SettingFault:
    return SettingFault(name, f"{wrong}; {meant} was meant?", f"{meant}, {expected}")


def _unknown(name: str, wrong: str) -> SettingFault:
    return SettingFault(name, wrong, "one of the names in .env.example, or no such line")
