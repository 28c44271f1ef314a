"""A process that sends what is due first: `python -m tests.invoices.one_sending DATABASE PORT`."""

import sys

from callrouter.database import Database
from callrouter.invoices.send import send_next
from tests.invoices.sending import NOVEMBER, post_to

if __name__ == "__main__":
    database_url, port = sys.argv[1:]
    send_next(Database(database_url), post_to(int(port), seconds_to_wait=60), lambda: NOVEMBER)
