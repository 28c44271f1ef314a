"""Settings as text: the environment and `.env`, the rule of each variable, and the faults to report.

`.env` is ours alone, so every unknown name there is a fault. The environment is shared (`DATABASE_USER`,
`TWILIO_API_KEY`, what Kubernetes sets for a service named callrouter). There a name is a fault only if it nearly
equals one of our settings that is not set: otherwise a typing error would start a simulated carrier or an embedded
database.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from dotenv.parser import parse_stream

T = TypeVar("T")


@dataclass(frozen=True)
class SettingFault:
    """A fault that stops the start. `wrong` continues after the name: "is missing", "is 'abc'".

    Without `expected`, `wrong` itself says what to do.
    """

    name: str
    wrong: str
    expected: str = ""
    example: str = ""

    def __str__(self) -> str:
        lines = [f"{self.name} {self.wrong}"]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.example:
            lines.append(f"  example:  {self.name}={self.example}")
        return "\n".join(lines)


class SettingsError(Exception):
    """Some settings are missing or wrong. The message lists all of them. A door prints it and exits with 2."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class SettingRule:
    """The rule of one setting. `check` converts the text to the value, or raises ValueError."""

    name: str
    check: Callable[[str], Any]
    expected: str
    example: str
    default: str | None
    secret: bool

    def fault(self, wrong: str) -> SettingFault:
        return SettingFault(self.name, wrong, self.expected, self.example)

    def wrong(self, text: str) -> SettingFault:
        return self.fault("is set, but wrong (a secret is not shown)" if self.secret else f"is {text!r}")


def setting(
    name: str,
    check: Callable[[str], T],
    expected: str,
    example: str,
    *,
    default: str | None = None,
    secret: bool = False,
) -> T:
    """A field of Settings. The default is text too, and is checked like a user's."""
    rule = SettingRule(name, check, expected, example, default, secret)
    return cast(T, field(metadata={"rule": rule}, repr=not secret))


def optional(
    name: str, check: Callable[[str], T], expected: str, example: str, *, secret: bool = False
) -> T | None:
    return setting(name, check, expected, example, secret=secret)


ENV_FILE = Path(".env")
ALIKE = 0.6
"""difflib's ratio that is enough for a suggestion"""
NEARLY_THE_SAME = 0.885
"""DATABASE_URI means DATABASE_URL; DATABASE_USER, TWILIO_API_KEY and CALLROUTER_HOST are other names"""
MADE_ONCE = "made once"
"""the source of a key that the first start made, and keeps in a file"""
GUARDED = ("CALLROUTER_", "DATABASE_", "PUBLIC_", "REDIS_", "TWILIO_")
"""settings with a silent substitute when they are absent"""


class SettingText(NamedTuple):
    """The text of a setting and its source: environment, .env, or made once."""

    text: str
    source: str


class EnvFile(NamedTuple):
    """The content of `.env`, and the line of each name."""

    values: Mapping[str, str | None]
    lines: Mapping[str, int]


def set_texts(environment: Mapping[str, str], file: EnvFile) -> dict[str, SettingText]:
    """The settings that are set, by name. The environment overrides the file; an empty value counts as absent."""
    texts = [(".env", file.values), ("environment", environment)]
    return {
        name: SettingText(text.strip(), source)
        for source, values in texts
        for name, text in values.items()
        if text and text.strip()
    }


def read_env_file(path: Path) -> EnvFile:
    """Read the file. A missing file is empty. Raises SettingsError if it cannot be read."""
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
    # A binding includes the empty lines and comments before it.
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
    """A fault for each unknown name in the file. `lines` maps names to lines."""
    for name, line in lines.items():
        where = f"on line {line} of {file} is not a setting"
        if name not in expected_of:
            meant = closest(name, expected_of, ALIKE)
            yield _misspelled(name, where, meant, expected_of[meant]) if meant else _unknown(name, where)


def unknown_in_environment(
    names: Collection[str], set_names: Collection[str], expected_of: Mapping[str, str]
) -> Iterator[SettingFault]:
    """A fault for each name that nearly equals a guarded setting that is not set."""
    guarded = [name for name in expected_of if name.startswith(GUARDED)]
    for name in sorted(set(names) - expected_of.keys()):
        meant = closest(name, guarded, NEARLY_THE_SAME)
        if meant and meant not in set_names:
            expected = (
                f"{expected_of[meant]}; where {name} is somebody else's, set {meant}= (empty) beside it"
            )
            yield _misspelled(name, "in the environment is not a setting", meant, expected)


def closest(name: str, known: Collection[str], ratio: float) -> str | None:
    """The known name that is most similar, ignoring case. None if none is similar enough."""
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=ratio)), None)


def _misspelled(name: str, wrong: str, meant: str, expected: str) -> SettingFault:
    return SettingFault(name, f"{wrong}; {meant} was meant?", f"{meant}, {expected}")


def _unknown(name: str, wrong: str) -> SettingFault:
    return SettingFault(name, wrong, "one of the names in .env.example, or no such line")
