"""Pages, style sheets and scripts travel compressed; downloads do not, because they stream for long.

Why this tells nobody a token against forged requests: docs/decisions/0050-charts-counts-and-compression.md.
"""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

ALGORITHMS = ["br", "gzip"]
_TYPES = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]


def compress_answers(app: Flask) -> None:
    """Compress what the browser takes compressed."""
    app.config.update(
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_ALGORITHM=ALGORITHMS,
        COMPRESS_BR_LEVEL=5,
        # Files are streamed.
        COMPRESS_ALGORITHM_STREAMING=ALGORITHMS,
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=["frame.static"],
    )
    Compress(app)
