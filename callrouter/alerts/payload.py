"""The payload of an alert for programs, as in Standard Webhooks: `type`, `timestamp`, `data`. *Pure.*

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import json
from datetime import UTC

from callrouter.alerts.alert import Alert
from callrouter.alerts.text import alert_text

TYPES = {
    "center-paused": "center.paused",
    "evidence-behind": "evidence.behind",
    "message-left": "message.left",
    "nobody-eligible": "helpline.nobody_eligible",
    "process-unseen": "process.unseen",
    "promise-overdue": "promise.overdue",
    "purge-failed": "purge.failed",
    "purge-late": "purge.late",
    "reveal-waits": "reveal.waits",
    "unknown-number": "number.unknown",
}
_NAMED = ("call", "center", "helpline", "listing", "dialled", "process")


def payload(alert: Alert) -> bytes:
    """The bytes to send; every attempt sends the same. `data` has the known facts and the alert in one line."""
    named = {name: getattr(alert, name) for name in _NAMED}
    payload_fields = {
        "type": TYPES[alert.what],
        "timestamp": alert.happened_at.astimezone(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "data": {name: value for name, value in named.items() if value}
        | {"summary": alert_text(alert).subject},
    }
    return json.dumps(payload_fields, ensure_ascii=False, separators=(",", ":")).encode()
