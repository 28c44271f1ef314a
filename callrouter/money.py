"""Money: whole minor units and a currency, never a float. *Pure.*"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# ISO 4217 minor units; the currencies partners are billed in.
MINOR_UNITS = {"USD": 2, "CAD": 2, "EUR": 2, "GBP": 2, "MXN": 2, "JPY": 0}
_PLAIN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents) of a currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def decimal(self) -> str:
        """The amount as a decimal string in major units: `35.00`."""
        return f"{Decimal(self.minor).scaleb(-MINOR_UNITS[self.currency]):f}"

    def facts(self) -> dict[str, str]:
        """`{"amount": "35.00", "currency": "USD"}`, for separate cells."""
        return {"amount": self.decimal(), "currency": self.currency}


def parse_amount(text: str, currency: str) -> int:
    """The minor units of a decimal string such as `35.00`.

    Raises ValueError if it is not a plain amount, is negative, or has too many decimals for the currency.
    """
    if currency not in MINOR_UNITS:
        raise ValueError(f"unknown currency {currency!r}; known are {', '.join(MINOR_UNITS)}")
    if not _PLAIN.fullmatch(text):
        raise ValueError(f'{text!r} is not an amount; write it like "35.00"')
    minor = Decimal(text).scaleb(MINOR_UNITS[currency])
    if minor != minor.to_integral_value():
        raise ValueError(f"{text!r} is not an amount in whole minor units of {currency}, zero or more")
    return int(minor)
