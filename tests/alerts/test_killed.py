"""A process is killed when the receiver has the alert, and before anything of that is written down."""

import subprocess
import sys
from pathlib import Path

import pytest

from callrouter.alerts.deliver import LONGEST_SENDING
from callrouter.alerts.webhook import WebhookChannel
from config.parsers import webhook_key
from tests.alerts.alerting import Alerting
from tests.alerts.receiver import SILENCE, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.mark.parametrize("times", [1, 3])
def test_it_is_sent_again_under_the_same_name(database_url: str, times: int) -> None:
    with receiving(*[SILENCE] * times, 204) as receiver:
        alerting = Alerting(database_url, webhook=WebhookChannel(receiver.url, webhook_key(SECRET)))
        alerting.raises()
        for attempt in range(1, times + 1):
            # Its clock stands still, so what was claimed before is made due for it.
            alerting.makes_due()
            words = ["-m", "tests.alerts.one_turn", database_url, receiver.url, SECRET]
            with subprocess.Popen([sys.executable, *words], cwd=ROOT) as process:
                assert receiver.arrived.acquire(timeout=PATIENCE)
                process.kill()
            assert (alerting.delivery["attempts"], alerting.delivery["delivered_at"]) == (attempt, None)
        alerting.passes(seconds=LONGEST_SENDING.total_seconds())
        assert alerting.delivers() == 1
        names = [request.headers["webhook-id"] for request in receiver.received]
        assert (len(names), len(set(names))) == (times + 1, 1)
        alerting.closes()
