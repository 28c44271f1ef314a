"""How a wrong setting is told: its name, what is wrong with it, what is expected, and an example."""

from collections.abc import Sequence
from dataclasses import dataclass


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
