"""The yardstick: the least a Twilio webhook on Flask and Redis can do. `granian --interface wsgi bench.bare:app`.

It checks the signature as the service does, reads and writes one value of 500 bytes, and always says the same. What the service
takes beyond this is what its dialogue, its sealed records, its logs and its counts cost.
"""

import os
from typing import Final

from flask import Flask, Response, abort, request
from redis import Redis

from service.channels import signature

VALUE: Final = b"v" * 500
TWIML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Message>'
    "An answer that is always the same, about as long as a real one: two hundred characters or so, with the way back in its last "
    "line, so that both servers send the same number of bytes.\n9 Back 0 Menu"
    "</Message></Response>"
)

app = Flask("bare", static_folder=None)
token, url = os.environ["TWILIO_AUTH_TOKEN"], os.environ["PUBLIC_URL"]
redis = Redis.from_url(os.environ["REDIS_URL"])


@app.post("/sms")
def receive() -> Response:
    """One signed text in, one GET and one SET, the fixed answer out."""
    form = request.form.to_dict(flat=False)
    if not signature.valid(token, url + request.path, form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    key = f"bare:{form['From'][0]}"
    redis.get(key)
    redis.set(key, VALUE)
    return Response(TWIML, content_type="text/xml; charset=utf-8")
