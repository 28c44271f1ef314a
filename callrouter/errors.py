"""The errors that a person has to read: each says what is wrong, where, and what to do."""

from __future__ import annotations


class CallRouterError(Exception):
    """Something that a person must mend; its text is for that person."""


class Fault(CallRouterError):
    """A fault in something that was given to us (a file, an argument)."""


class NotKnown(CallRouterError):
    """Something was asked for by a name that nothing has."""


class NotDelivered(CallRouterError):
    """Something did not arrive at somebody outside; the text says why. It is tried again."""
