"""`python -m bench.watchers PORT COOKIE PEOPLE SECONDS`: people who watch the live page, as their browsers do.

Prints JSON: the seconds of each answer, and when each call was first seen by each of them (monotonic seconds).
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Thread

BEAT = 2.0
"""seconds between two questions, as in console.js"""
_ROW = re.compile(rb'id="row-(CA[0-9a-f]+)"')


@dataclass
class Watcher:
    """Somebody with the page open. The latencies are in seconds."""

    port: int
    cookie: str
    begins_after: float
    until: float
    latencies: list[float] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)

    def watch(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = time.monotonic() + self.begins_after
        while due < self.until:
            time.sleep(max(due - time.monotonic(), 0))
            asked = time.monotonic()
            connection.request("GET", "/console/now", headers={"HX-Request": "true", "Cookie": self.cookie})
            answer = connection.getresponse()
            text = answer.read()
            now = time.monotonic()
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"the live page was answered with {answer.status}")
            self.latencies.append(now - asked)
            for sid in _ROW.findall(text):
                self.seen.setdefault(sid.decode(), now)
            due = max(due + BEAT, now)
        connection.close()


def main(port: int, cookie: str, people: int, seconds: float) -> None:
    """Watch, and say what was seen."""
    until = time.monotonic() + seconds
    watchers = [Watcher(port, cookie, BEAT * number / people, until) for number in range(people)]
    threads = [Thread(target=each.watch) for each in watchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latencies = [latency for each in watchers for latency in each.latencies]
    json.dump({"latencies": latencies, "seen": [each.seen for each in watchers]}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
