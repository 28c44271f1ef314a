"""An answer that is asked for every two seconds travels compressed. It holds no secret of the person who asks."""

from __future__ import annotations

import gzip

from flask import Response, request

LEVEL = 5


def compressed(text: str) -> Response:
    """The HTML, compressed where the browser takes it so.

    Only for a part without a token against forged requests: with one, lengths would tell of it (BREACH).
    """
    response = Response(text)
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(text.encode(), LEVEL))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
