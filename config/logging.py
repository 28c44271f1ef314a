"""Logs as lines of JSON on stderr, ours and those of libraries, without telephone numbers.

A line that cannot be written (the disk is full, the reader has gone) is dropped, so that no call fails for it.
"""

import io
import json
import logging
import logging.config
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from callrouter.masking import masked

# They log every task, tick and request. What matters is in the database and in the metrics.
VERBOSE_LOGGERS = (
    "alembic",
    "celery.app.trace",
    "celery.worker.strategy",
    "celery.beat",
    "fontTools",
    "kombu",
    "sqlalchemy",
    "twilio",
)

_PROCESSORS = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def configure(level: str = "info") -> None:
    """Set up logging for this process. It may be called again for another level or another stderr."""
    logging.config.dictConfig(log_config(level))
    logging.captureWarnings(True)
    # It would print failed records with the numbers in them.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[*_PROCESSORS, rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, LossyStream(sys.stderr))),
    )
    sys.excepthook = _log_crash
    threading.excepthook = lambda death: _log_crash(death.exc_type, death.exc_value, death.exc_traceback)


def log_config(level: str) -> dict[str, Any]:
    """For logging.config.dictConfig, and for servers that configure logging themselves."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": _OF_LIBRARIES},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
        },
        # urllib3 writes whole URLs, and that of a receiver of alerts may hold a secret. psycopg warns of a pipeline
        # that an error ended, as a repeated webhook does; the error itself is raised.
        "loggers": {name: {"level": "WARNING"} for name in VERBOSE_LOGGERS}
        | {name: {"level": "ERROR"} for name in ("urllib3", "psycopg")},
        "root": {"handlers": ["stderr"], "level": level.upper()},
    }


class LossyStream(io.TextIOBase):
    """A stream that drops what cannot be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def rendered(_: WrappedLogger, __: str, event: EventDict) -> str:
    first = {name: event.pop(name, None) for name in ("timestamp", "level", "event")}
    return _ENCODER.encode(masked(first | dict(event)))


_OF_LIBRARIES = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": [structlog.stdlib.add_logger_name, *_PROCESSORS],
    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
}
"""the same format for the loggers of libraries, with the context of the current call"""


def _log_crash(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("callrouter").critical("died of an error that nobody caught", exc_info=error)
