"""What one setting is: its variable, how its text is checked, and what is reported where it is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class SettingFault:
    """One setting that stops the start. `wrong` goes on from the name: "is missing", "is 'abc'".

    Without `expected` it says by itself what to do.
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
    """Some settings are missing or wrong; the message lists every one. A door prints it and exits with 2."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class SettingRule:
    """`check` takes the text and gives the value, or raises ValueError."""

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
    """A field of Settings. The default is text like that of a user, and checked like it."""
    rule = SettingRule(name, check, expected, example, default, secret)
    return cast(T, field(metadata={"rule": rule}, repr=not secret))


def optional(
    name: str, check: Callable[[str], T], expected: str, example: str, *, secret: bool = False
) -> T | None:
    return setting(name, check, expected, example, secret=secret)
