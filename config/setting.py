"""What one setting is: its variable, how its text is checked, and what to tell somebody who got it wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from config.faults import SettingFault

T = TypeVar("T")


@dataclass(frozen=True)
class Rule:
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
    rule = Rule(name, check, expected, example, default, secret)
    return cast(T, field(metadata={"rule": rule}, repr=not secret))


def optional(
    name: str, check: Callable[[str], T], expected: str, example: str, *, secret: bool = False
) -> T | None:
    return setting(name, check, expected, example, secret=secret)


def number(least: int, most: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"not from {least} to {most}")
        return int(text)

    return check


def matching(pattern: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError("not of the form that is expected")
        return text

    return check


def one_of(*words: str) -> Callable[[str], str]:
    return lambda text: matching("|".join(words))(text.lower())


def path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def existing_file(text: str) -> Path:
    file = path(text)
    if not file.is_file():
        raise ValueError("no such file")
    return file
