"""X-Twilio-Signature: that a request comes from Twilio (https://www.twilio.com/docs/usage/webhooks/webhooks-security).

HMAC-SHA1 with the account's auth token over the URL and the sorted form. Written out here because Twilio's own validator compares
in Python, raises on missing and odd signatures, and reads the scheme and host letter by letter.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, form: Mapping[str, Iterable[str]]) -> str:
    """The signature of a form posted to `url`: base64, 28 characters. Repeated fields count once each, sorted."""
    return _digest(token, url, _fields(form))


def _fields(form: Mapping[str, Iterable[str]]) -> str:
    return "".join([f"{name}{value}" for name in sorted(form) for value in sorted(set(form[name]))])


def _digest(token: str, url: str, fields: str) -> str:
    digest = hmac.digest(token.encode(), f"{url}{fields}".encode("utf-8", "surrogatepass"), "sha1")
    return base64.b64encode(digest).decode()


def valid(token: str, url: str, form: Mapping[str, Iterable[str]], signature: str) -> bool:
    """Whether `signature` is Twilio's for this form at this URL, with or without a port in it. Never raises."""
    if len(signature) != 28 or not signature.isascii():
        return False
    fields = _fields(form)
    return same(signature, _digest(token, url, fields)) or any(same(signature, _digest(token, u, fields)) for u in urls(url)[1:])


def same(given: str, expected: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing. Never raises."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def urls(url: str) -> tuple[str, ...]:
    """The ways Twilio may write a URL: as it is, and with the port left out or filled in."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return (url,)
    host = parts.netloc.rsplit(":", 1)[0] if port else parts.netloc
    other = host if port else f"{host}:{_PORTS.get(parts.scheme, 443)}"
    return url, url.replace(parts.netloc, other, 1)
