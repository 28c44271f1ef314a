"""A process that has one turn at delivering: `python -m tests.alerts.one_turn DATABASE WEBHOOK SECRET`."""

import sys

from callrouter.alerts.deliver import deliver_next
from callrouter.alerts.webhook import WebhookChannel
from callrouter.database import Database
from config.parsers import webhook_key
from tests.alerts.alerting import START

if __name__ == "__main__":
    database_url, url, secret = sys.argv[1:]
    deliver_next(Database(database_url), {"webhook": WebhookChannel(url, webhook_key(secret))}, lambda: START)
