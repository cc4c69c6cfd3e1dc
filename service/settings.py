"""How each setting is read. A `ValueError` says what is wrong with it."""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parent.parent
KEY_BYTES: Final = 32
MOST_BRAND: Final = 24
MOST_CLINIC: Final = 40
MOST_RATE: Final = 1000
EXAMPLE_URL: Final = "https://texts.example"
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_HOST: Final = r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?"
_SCHEMES: Final = ("redis", "rediss", "redis+cluster")


def matches(pattern: str, what: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(what)
        return value

    return parse


account_sid = matches("AC[0-9a-fA-F]{32}", "no account SID")
auth_token = matches("[!-~]{16,}", "no auth token")
sender = matches(r"MG[0-9a-fA-F]{32}|\+[1-9][0-9]{6,14}|[0-9]{5,6}", "no Messaging Service SID, number or short code")
e164 = matches(r"\+[1-9][0-9]{6,14}", "no number")
content_sid = matches("HX[0-9a-fA-F]{32}", "no content SID")
number = matches(r"\+[1-9][0-9]{6,14}|[0-9]{5,6}", "no number or short code")
token = matches("[!-~]{8,}", "too short, or not plain ASCII")
# In a text each of these costs one character; others (^ { } [ ] ~ \ | and the backtick) cost more.
_PLAIN: Final = r"""[ !"#$%&'()*+,./0-9:;<=>?@A-Z_a-z-]"""
clinic = matches(f"{_PLAIN}{{3,{MOST_CLINIC}}}", "too long, or not plain characters")
brand = matches(f"{_PLAIN}{{1,{MOST_BRAND}}}", "too long, or not plain characters")


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        found = [c for c in choices if c.lower() == value.lower()]
        if not found:
            raise ValueError(f"{value!r}")
        return found[0]

    return parse


def redis_url(value: str) -> str:
    scheme, _, rest = value.partition("://")
    hosts = rest.split(",") if scheme == "redis+cluster" else [rest]
    for host in hosts:
        parts = urlsplit(f"redis://{host}")
        database = parts.path.strip("/")
        fits = scheme in _SCHEMES and parts.hostname and parts.port != 0 and not parts.query and not parts.fragment
        if not fits or (database and (scheme == "redis+cluster" or not re.fullmatch("[0-9]{1,2}", database))):
            raise ValueError("no Redis address")
    return value


def public_url(value: str) -> str:
    bare = value.partition("#")[0].rstrip("/")
    parts = urlsplit(bare)
    if parts.scheme not in ("https", "http") or parts.path or parts.query or not re.fullmatch(_HOST, parts.netloc):
        raise ValueError("no plain https://host")
    return bare


def api_base(value: str) -> str:
    bare = value.removesuffix("/")
    parts = urlsplit(bare)
    if not re.fullmatch(f"https?://({_HOST})", bare) or not parts.hostname or parts.port == 0:
        raise ValueError("no plain http://host:port")
    return bare


def send_rate(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value) or not 0 < float(value) <= MOST_RATE:
        raise ValueError(f"{value[:20]!r}")
    return float(value)


def key(value: str) -> bytes:
    try:
        key = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("no base64 of 32 bytes")
    return key


def keys(value: str) -> tuple[bytes, ...]:
    return tuple(key(part) for part in value.split(","))


def menu(value: str) -> Path:
    path = Path(value) if Path(value).is_absolute() else ROOT / value
    try:
        there = (path / "menu.toml").is_file()
    except OSError:
        there = False
    if not there:
        raise ValueError(f"there is no {str(path)[:200]}/menu.toml")
    return path
