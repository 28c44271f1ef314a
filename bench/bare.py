"""**b**, what everything is compared with: a bare Flask view, the SDK's signature check, and a constant document."""

from __future__ import annotations

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you for calling.</Say></Response>'

app = Flask("bare")
validator = RequestValidator(os.environ["BENCH_TOKEN"])
origin = os.environ["BENCH_ORIGIN"]


@app.post("/twilio/voice")
def voice() -> Response:
    """Check and answer."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(origin + request.path, request.form, signature):
        return Response(status=403)
    return Response(DOCUMENT, mimetype="text/xml")
