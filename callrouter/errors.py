"""Errors for people: each says what is wrong, where, and what to do."""

from __future__ import annotations


class CallRouterError(Exception):
    """An error that a person must mend. Its text is for that person."""


class Fault(CallRouterError):
    """A fault in an input: a file, or an argument."""


class NotKnown(CallRouterError):
    """Nothing has the requested name."""


class NotDelivered(CallRouterError):
    """A message did not reach its recipient. The text says why. It is sent again."""
