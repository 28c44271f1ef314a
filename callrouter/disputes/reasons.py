"""The reasons for which a partner may object to a charge. *Pure.*

Each is about the call as such, or about its price. There is none about who called, and none about what came of the
call: a fee that depends on it is what the law forbids (see `billing/pricing.py`), and so does one that is given back.
"""

from __future__ import annotations

REASONS = {
    "no-talk": "nobody was on the line, or there was no conversation",
    "bad-line": "the line was too bad to talk",
    "machine": "an answering machine took the call",
    "not-our-center": "it was not one of the partner's centers that took the call",
    "wrong-rate": "the price is not the one that was agreed on",
    "repeat": "the same caller was charged for shortly before",
    "test-call": "somebody was testing the line",
    "other": "something else about the call or its price, as the evidence says",
}
"""reason: what it means"""
