"""**b**, what everything is compared with: a bare Flask view, the SDK's signature check, and a constant document.

`python -m bench.bare` serves it with the same server and the same settings as ours.
"""

from __future__ import annotations

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from config.settings import read_settings
from server.web_server import server

DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you for calling.</Say></Response>'

app = Flask("bare")
validator = RequestValidator(os.environ.get("TWILIO_AUTH_TOKEN", ""))
origin = os.environ.get("PUBLIC_URL", "")


@app.post("/twilio/voice")
def voice() -> Response:
    """Check and answer."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(origin + request.path, request.form, signature):
        return Response(status=403)
    return Response(DOCUMENT, mimetype="text/xml")


if __name__ == "__main__":
    server(read_settings(), "bench.bare:app").serve()
