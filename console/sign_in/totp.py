"""Codes of an authenticator app (TOTP, RFC 6238). Each is accepted once."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import qrcode
from flask_security import Totp
from qrcode.image.svg import SvgPathImage

_STEP = 30
"""seconds; the clocks of telephones may differ from ours by one step"""


@dataclass
class TotpHolder:
    """Whose code is looked at: the last counter that was accepted, and the one of this code if it is right."""

    last_counter: int | None
    counter: int | None = None


class StaffTotp(Totp):
    """Makes secrets, which are encrypted when they are stored, and checks codes."""

    def __init__(self, secret_key: str, issuer: str, clock: Callable[[], datetime]) -> None:
        key = hmac.digest(secret_key.encode(), b"totp secrets of staff", "sha256").hex()
        super().__init__({"1": key}, issuer)
        self._totp = self._totp.using(now=lambda: clock().timestamp())

    def picture(self, name: str, secret: str) -> str:
        """The QR code that an app scans, as a data URI."""
        code = qrcode.make(self.get_totp_uri(name, secret), image_factory=SvgPathImage)
        written = BytesIO()
        code.save(written)
        return f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"

    def counter_of(self, code: str, secret: str, last_counter: int | None) -> int | None:
        """The counter of a code that is right and later than the last one; None: it is not."""
        holder: Any = TotpHolder(last_counter)
        if not self.verify_totp(code, secret, holder, window=_STEP):
            return None
        counter: int | None = holder.counter
        return counter

    def get_last_counter(self, user: Any) -> int | None:
        """The counter after which a code has to be."""
        last: int | None = user.last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note the counter of the code that was right; the caller uses it up in the database."""
        user.counter = tmatch.counter
