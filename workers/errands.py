"""The errands: tasks that ask somebody outside (the carrier, a mail server, a webhook), and may have to wait for them.

They have a worker of their own, so that what waits outside delays no call's record or charge.
"""

from __future__ import annotations

from callrouter.alerts.deliver import deliver_next
from workers.app import app
from workers.workshop import workshop


@app.task
def deliver_alerts() -> None:
    """Deliver the alerts that are due, one after another, until one does not arrive."""
    shop = workshop()
    while deliver_next(shop.database, shop.channels, shop.now):
        pass
