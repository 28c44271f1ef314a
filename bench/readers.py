"""`python -m bench.readers PORT A_SECOND SECONDS`: people who read who answers. Prints the seconds of each answer."""

from __future__ import annotations

import json
import sys

from bench.load import drive
from bench.requests import Request

PATHS = (b"/who-answers", b"/who-answers.json")
ANSWERED = b"HTTP/1.1 200"
CONNECTIONS = 8


def main(port: int, a_second: int, seconds: int) -> None:
    """Read at a steady rate."""
    requests = [_request(number) for number in range(a_second * seconds)]
    due = [number / a_second for number in range(len(requests))]
    json.dump(drive(port, requests, CONNECTIONS, due=due).latencies, sys.stdout)


def _request(number: int) -> Request:
    path = PATHS[number % len(PATHS)]
    return Request(str(number), b"GET " + path + b" HTTP/1.1\r\nHost: calls.example\r\n\r\n", ANSWERED)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
