"""What is read from a form, with what is wrong beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.free_text import reason


@dataclass(slots=True)
class FormReader:
    """Reads fields. `errors` has what is wrong, by the field's name."""

    form: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as it was written, without the space around it."""
        return self.form.get(name, "").strip()

    def reason(self, name: str, empty: str) -> str:
        """A reason or a note, as it may be stored; telephone numbers are masked. `empty`: what to do without one."""
        written = self.text(name)
        if not written:
            self.errors[name] = empty
            return ""
        try:
            return reason(written)
        except ValueError as error:
            self.errors[name] = f"That cannot be kept: {error}"
            return ""

    def one_of(self, name: str, allowed: tuple[str, ...] | list[str], otherwise: str) -> str:
        """One of these. `otherwise`: what to do where it is none."""
        written = self.text(name)
        if written not in allowed:
            self.errors[name] = otherwise
        return written
