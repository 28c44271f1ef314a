"""Money: whole minor units and a currency, never a float. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# ISO 4217 minor units; the currencies partners are billed in.
MINOR_UNITS = {"USD": 2, "CAD": 2, "EUR": 2, "GBP": 2, "MXN": 2, "JPY": 0}


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


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a decimal string such as `35.00`.

    Raises ValueError when it is not a plain amount, is negative, or has more decimals than the currency.
    """
    if currency not in MINOR_UNITS:
        raise ValueError(f"unknown currency {currency!r}; known are {', '.join(MINOR_UNITS)}")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f'{text!r} is not an amount; write it like "35.00"') from None
    minor = amount.scaleb(MINOR_UNITS[currency]) if amount.is_finite() else amount
    if not amount.is_finite() or amount < 0 or minor != minor.to_integral_value():
        raise ValueError(f"{text!r} is not an amount in whole minor units of {currency}, zero or more")
    return int(minor)
