"""Every line on stderr is one of JSON, with the call at hand, and without a number."""

import json
import subprocess
import sys
from typing import Any

CALL = "CA" + "13105550" * 4


def logged(code: str) -> list[dict[str, Any]]:
    """What a process of its own writes to stderr, line by line."""
    start = "import logging, structlog, threading, warnings\nfrom config.logging import configure\n"
    run = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_our_own_loggers_write_lines_of_json() -> None:
    (line,) = logged(
        "configure(); structlog.get_logger().info('call answered', center='sunrise-la', seconds=12)"
    )
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "info", "event": "call answered", "center": "sunrise-la", "seconds": 12}


def test_the_loggers_of_libraries_write_the_same_lines() -> None:
    (line,) = logged("configure(); logging.getLogger('celery').warning('lost %s of %s', 1, 'three')")
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "warning", "event": "lost 1 of three", "logger": "celery"}


def test_the_call_at_hand_stands_on_every_line() -> None:
    bind = f"configure(); structlog.contextvars.bind_contextvars(call='{CALL}')\n"
    lines = logged(bind + "structlog.get_logger().info('ours'); logging.getLogger('theirs').info('theirs')")
    assert [line["call"] for line in lines] == [CALL, CALL]


def test_no_line_tells_a_number() -> None:
    lines = logged(
        """
configure()
structlog.get_logger().info("from +13105550188", to="+13105550101", legs=[{"to": "(310) 555-0102"}])
logging.getLogger("sqlalchemy").error("parameters: %s", {"caller": "+13105550188"})
"""
    )
    assert [line["event"] for line in lines] == ["from [number]", "parameters: {'caller': '[number]'}"]
    assert (lines[0]["to"], lines[0]["legs"]) == ("[number]", [{"to": "[number]"}])


def test_no_exception_tells_a_number() -> None:
    lines = logged(
        """
configure()
try:
    {}["+13105550188"]
except KeyError:
    structlog.get_logger().exception("ours")
    logging.getLogger("theirs").exception("theirs")
"""
    )
    assert [line["exception"].splitlines()[-1].rpartition(": ")[2] for line in lines] == ["'[number]'"] * 2


def test_an_error_that_nobody_caught_is_logged_the_same_way() -> None:
    (line,) = logged("configure(); {}['+13105550188']")
    assert (line["level"], line["logger"]) == ("critical", "callrouter")
    assert line["exception"].endswith("'[number]'")


def test_so_is_one_in_a_thread() -> None:
    (line,) = logged(
        "configure(); thread = threading.Thread(target={}.__getitem__, args=['+13105550188']); thread.start()"
    )
    assert line["exception"].endswith("'[number]'")


def test_a_warning_is_logged_too() -> None:
    (line,) = logged("configure(); warnings.warn('old')")
    assert (line["level"], line["logger"]) == ("warning", "py.warnings")


def test_the_level_holds_for_all() -> None:
    assert (
        logged("configure('error'); structlog.get_logger().info('x'); logging.getLogger('y').info('y')") == []
    )


def test_no_url_that_is_asked_is_logged() -> None:
    code = "configure('debug'); logging.getLogger('urllib3.{}').{}('https://hooks.example/secret')"
    assert logged(code.format("connectionpool", "debug")) == []
    assert logged(code.format("connection", "warning")) == []


def test_configuring_again_writes_each_line_once() -> None:
    assert len(logged("configure(); configure(); logging.getLogger('theirs').info('x')")) == 1


def test_a_line_that_cannot_be_written_fails_nothing() -> None:
    code = """
import logging, structlog
from config.logging import configure
configure()
for _ in range(2000):
    structlog.get_logger().info("ours", text="much " * 20)
    logging.getLogger("theirs").info("theirs")
try:
    {}["x"]
except KeyError:
    structlog.get_logger().exception("ours")
print("goes on")
"""
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=full, text=True, check=True
        )
    assert run.stdout == "goes on\n"
