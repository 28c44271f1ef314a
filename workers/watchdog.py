"""The watchdog: a worker that receives nothing although messages wait reconnects, or ends and is restarted.

If the broker hung for longer than `socket_timeout`, an acknowledgement may have failed. Then Celery counts its
message as active for ever, and with a prefetch of one it requests no other
(https://github.com/celery/celery/issues/2415 and 8030). After an outage Celery may also wait half a minute before it
reconnects. Beat receives nothing; it ends if it sends nothing although the broker answers. No work is lost with a
process, because all work is in the database.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import structlog
from celery import bootsteps, signals
from celery.worker import state
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger("workers.watchdog")

SECONDS_BETWEEN_LOOKS = 1.0
LOOKS_BEFORE_CONNECTING = 3
"""consecutive looks at which the worker received nothing"""
LOOKS_BEFORE_THE_END = 8
"""so it is back 15 seconds after the broker, including its start"""
STARTED_ANEW = 1
_RECEIVED = (signals.task_received, signals.task_revoked, signals.task_unknown, signals.task_rejected)
"""Celery sends one of these signals for each message that it takes"""


class Watchdog:
    """A thread that looks every second. `steps` says what to do after a number of consecutive bad looks.

    It counts looks, not seconds: a process that was itself stopped has looked at nothing.
    """

    def __init__(
        self,
        is_stuck: Callable[[], bool],
        steps: Mapping[int, Callable[[], object]],
        pause: float = SECONDS_BETWEEN_LOOKS,
    ) -> None:
        self._is_stuck = is_stuck
        self._steps = steps
        self._pause = pause
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()

    def _watch(self) -> None:
        stuck = 0
        while not self._stopped.wait(self._pause):
            stuck = stuck + 1 if self._is_stuck() else 0
            if stuck in self._steps:
                self._steps[stuck]()


class Activity:
    """Whether one of these signals was sent since the last look."""

    def __init__(self, sent: Sequence[Any]) -> None:
        self._seen = threading.Event()
        for signal in sent:
            signal.connect(self._note, weak=False)

    def since_last_look(self) -> bool:
        """Whether there was a signal. The next call looks for new ones."""
        seen = self._seen.is_set()
        self._seen.clear()
        return seen

    def _note(self, **_: Any) -> None:
        self._seen.set()


def messages_wait(broker: Redis, queues: Sequence[str]) -> bool:
    """Whether messages wait in these queues. False if the broker does not answer."""
    try:
        return any(broker.llen(queue) for queue in queues)
    except (RedisError, OSError):
        return False


def answers(broker: Redis) -> bool:
    """Whether the broker answers."""
    try:
        return bool(broker.ping())
    except (RedisError, OSError):
        return False


def watched_worker(broker: Redis) -> type[bootsteps.StartStopStep]:
    """The boot step of a Celery worker that starts its watchdog.

    https://docs.celeryq.dev/en/stable/userguide/extending.html#worker-bootsteps
    """

    class WatchWorker(bootsteps.StartStopStep):  # type: ignore[misc]
        """It starts after the pool, whose processes are forked without its thread."""

        requires = ("celery.worker.components:Pool",)

        def start(self, worker: Any) -> None:
            queues = list(worker.app.amqp.queues.consume_from)
            received = Activity(_RECEIVED)

            def is_deaf() -> bool:
                active = received.since_last_look()
                return not active and not state.reserved_requests and messages_wait(broker, queues)

            self.watchdog = Watchdog(
                is_deaf,
                {
                    LOOKS_BEFORE_CONNECTING: lambda: worker.hub.call_soon(_lose_connection, worker.consumer),
                    LOOKS_BEFORE_THE_END: lambda: _end_worker(queues),
                },
            )

        def stop(self, _: Any) -> None:
            self.watchdog.stop()

    return WatchWorker


def watch_beat(broker: Redis) -> Watchdog:
    """Watch the beat in this process. It sends a message every other second."""
    published = Activity([signals.after_task_publish])

    def is_silent() -> bool:
        active = published.since_last_look()
        return not active and answers(broker)

    return Watchdog(is_silent, {LOOKS_BEFORE_THE_END: _end_beat})


def _lose_connection(consumer: Any) -> NoReturn:
    """Run in the worker's event loop: Celery reconnects, and resets its count of active messages."""
    _hang_up(consumer.connection)
    raise ConnectionError("nothing is received although messages wait and the broker answers")


def _hang_up(connection: Any) -> None:
    """Close the open connections. Otherwise Celery would wait 5 seconds for the answer to its last request."""
    for channel in connection.transport.channels if connection else ():
        for name in ("client", "subclient"):
            # Reading the attribute would create the client and connect it.
            open_one = getattr(vars(channel).get(name), "connection", None)
            if open_one:
                open_one.disconnect()


def _end_worker(queues: Sequence[str]) -> NoReturn:
    log.critical(
        "this worker receives nothing although messages wait and the broker answers; it ends, to be started anew",
        queues=queues,
        seconds=LOOKS_BEFORE_THE_END * SECONDS_BETWEEN_LOOKS,
    )
    os._exit(STARTED_ANEW)


def _end_beat() -> NoReturn:
    log.critical(
        "beat sends nothing although the broker answers; it ends, to be started anew",
        seconds=LOOKS_BEFORE_THE_END * SECONDS_BETWEEN_LOOKS,
    )
    os._exit(STARTED_ANEW)
