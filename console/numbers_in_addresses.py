"""Numbers in addresses. One that the database's column cannot hold belongs to nothing: the page is not found."""

from __future__ import annotations

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, IntegerConverter

_LARGEST_INTEGER, _LARGEST_BIGINT = 2**31 - 1, 2**63 - 1


class IntegerNumber(IntegerConverter):
    """Of a row whose number is PostgreSQL's `integer`."""

    largest = _LARGEST_INTEGER

    def to_python(self, value: str) -> int:
        # The limit of werkzeug's own converter answers 405 where the address has a view for another method.
        if len(value) > len(str(self.largest)) or int(value) > self.largest:
            raise NotFound("No number is as large as that.")
        return int(value)


class BigintNumber(IntegerNumber):
    """Of a row whose number is PostgreSQL's `bigint`."""

    largest = _LARGEST_BIGINT


NUMBERS: dict[str, type[BaseConverter]] = {"int": IntegerNumber, "bigint": BigintNumber}
"""by the word in a rule, such as `<int:number>`"""
