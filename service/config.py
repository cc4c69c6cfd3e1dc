"""Settings from the environment: read once at start, every fault reported in one message."""

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parent.parent
DEFAULT_MENU: Final = "menus/baclofen"
KEY_BYTES: Final = 32
MOST_BRAND: Final = 24
MOST_CLINIC: Final = 40
MOST_RATE: Final = 1000
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_MAKE_KEY: Final = "python -m service key"
_HOST: Final = r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?"
_SCHEMES: Final = ("redis", "rediss", "redis+cluster")


class ConfigError(Exception):
    """Settings are missing or wrong; the message names each and says what to do."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The settings are not complete:\n" + "\n".join(f"  - {p}" for p in problems))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. `public_url` and `api_base` have no path; keys are raw bytes, the newest first; `send_rate` is
    messages a second. Without `whatsapp_from` there is no WhatsApp.
    """

    redis_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    public_url: str
    id_key: bytes = field(repr=False)
    secret_keys: tuple[bytes, ...] = field(repr=False)
    clinic: str
    menu: Path
    brand: str | None = None
    keyword_replies: str = "service"
    log_level: str = "INFO"
    metrics_token: str | None = field(default=None, repr=False)
    api_base: str | None = None
    send_rate: float = 10.0
    whatsapp_from: str | None = None
    whatsapp_content_sid: str | None = None


def simulated(menu: Path | None = None) -> Settings:
    """Settings for the simulator: keys of its own, no Twilio account, no server."""
    return Settings(
        redis_url="embedded",
        account_sid="AC" + secrets.token_hex(16),
        auth_token=secrets.token_hex(16),
        sender="+15550000000",
        public_url="https://simulator.invalid",
        id_key=secrets.token_bytes(KEY_BYTES),
        secret_keys=(secrets.token_bytes(KEY_BYTES),),
        clinic="555-010-0100",
        menu=menu or ROOT / DEFAULT_MENU,
        log_level="ERROR",
    )


def _matches(pattern: str, what: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(what)
        return value

    return parse


_account_sid = _matches("AC[0-9a-fA-F]{32}", "no account SID")
_auth_token = _matches("[!-~]{16,}", "no auth token")
_sender = _matches(r"MG[0-9a-fA-F]{32}|\+[1-9][0-9]{6,14}|[0-9]{5,6}", "no Messaging Service SID, number or short code")
_number = _matches(r"\+[1-9][0-9]{6,14}", "no number")
_content_sid = _matches("HX[0-9a-fA-F]{32}", "no content SID")
_token = _matches("[!-~]{8,}", "too short, or not plain ASCII")
# In a text each of these costs one character; others (^ { } [ ] ~ \ | and the backtick) cost more.
_PLAIN: Final = r"""[ !"#$%&'()*+,./0-9:;<=>?@A-Z_a-z-]"""
_clinic = _matches(f"{_PLAIN}{{3,{MOST_CLINIC}}}", "too long, or not plain characters")
_brand = _matches(f"{_PLAIN}{{1,{MOST_BRAND}}}", "too long, or not plain characters")


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        found = [c for c in choices if c.lower() == value.lower()]
        if not found:
            raise ValueError(f"{value!r}")
        return found[0]

    return parse


def _redis_url(value: str) -> str:
    scheme, _, rest = value.partition("://")
    hosts = rest.split(",") if scheme == "redis+cluster" else [rest]
    for host in hosts:
        parts = urlsplit(f"redis://{host}")
        database = parts.path.strip("/")
        fits = scheme in _SCHEMES and parts.hostname and parts.port != 0 and not parts.query and not parts.fragment
        if not fits or (database and (scheme == "redis+cluster" or not re.fullmatch("[0-9]{1,2}", database))):
            raise ValueError("no Redis address")
    return value


def _public_url(value: str) -> str:
    bare = value.partition("#")[0].rstrip("/")
    parts = urlsplit(bare)
    if parts.scheme not in ("https", "http") or parts.path or parts.query or not re.fullmatch(_HOST, parts.netloc):
        raise ValueError("no plain https://host")
    return bare


def _api_base(value: str) -> str:
    bare = value.removesuffix("/")
    parts = urlsplit(bare)
    if not re.fullmatch(f"https?://({_HOST})", bare) or not parts.hostname or parts.port == 0:
        raise ValueError("no plain http://host:port")
    return bare


def _send_rate(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value) or not 0 < float(value) <= MOST_RATE:
        raise ValueError(f"{value[:20]!r}")
    return float(value)


def _key(value: str) -> bytes:
    try:
        key = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("no base64 of 32 bytes")
    return key


def _keys(value: str) -> tuple[bytes, ...]:
    return tuple(_key(part) for part in value.split(","))


def _menu(value: str) -> Path:
    path = Path(value) if Path(value).is_absolute() else ROOT / value
    try:
        there = (path / "menu.toml").is_file()
    except OSError:
        there = False
    if not there:
        raise ValueError(f"there is no {str(path)[:200]}/menu.toml")
    return path


@dataclass(frozen=True, slots=True)
class _Field:
    """One setting: the variables that may hold it, how to read it, what to tell who left it out."""

    names: tuple[str, ...]
    parse: Callable[[str], Any]
    help: str
    required: bool = True
    default: Any = None


_FIELDS: Final = {
    "redis_url": _Field(("REDIS_URL",), _redis_url, "where Redis is: redis://, rediss:// or redis+cluster://host:port"),
    "account_sid": _Field(("TWILIO_ACCOUNT_SID",), _account_sid, "the account's SID: AC and 32 hex digits (Twilio console)"),
    "auth_token": _Field(("TWILIO_AUTH_TOKEN",), _auth_token, "the account's primary auth token (Twilio console)"),
    "sender": _Field(
        ("TWILIO_MESSAGING_SERVICE_SID", "TWILIO_FROM"), _sender, "who sends: a Messaging Service (MG...) or a number (+1...)"
    ),
    "public_url": _Field(("PUBLIC_URL",), _public_url, "what Twilio calls and signs: https://host, without a path"),
    "id_key": _Field(("ID_KEY",), _key, f"a key of its own that never changes; make one: {_MAKE_KEY}"),
    "secret_keys": _Field(("SECRET_KEYS",), _keys, f"keys that seal records, comma-separated, newest first; make one: {_MAKE_KEY}"),
    "clinic": _Field(("CLINIC_PHONE", "CLINIC_EMAIL"), _clinic, f"whom HELP names: at most {MOST_CLINIC} characters"),
    "menu": _Field(("MENU",), _menu, "a folder with menu.toml in it", False, ROOT / DEFAULT_MENU),
    "brand": _Field(("BRAND",), _brand, f"the name in texts: at most {MOST_BRAND} plain characters", False),
    "keyword_replies": _Field(
        ("KEYWORD_REPLIES",), _one_of("service", "twilio"), "who answers STOP and HELP: service or twilio", False, "service"
    ),
    "log_level": _Field(("LOG_LEVEL",), _one_of(*_LEVELS), f"one of {', '.join(_LEVELS)}", False, "INFO"),
    "metrics_token": _Field(("METRICS_TOKEN",), _token, "a secret of 8 or more plain characters", False),
    "api_base": _Field(
        ("TWILIO_API_BASE",), _api_base, "what to call in Twilio's place: http(s)://host:port, without a path", False
    ),
    "send_rate": _Field(("SEND_RATE",), _send_rate, f"messages a second: more than 0, at most {MOST_RATE}", False, 10.0),
    "whatsapp_from": _Field(("WHATSAPP_FROM",), _number, "the number of your WhatsApp sender: +1...; unset: no WhatsApp", False),
    "whatsapp_content_sid": _Field(
        ("WHATSAPP_CONTENT_SID",), _content_sid, "the SID of an approved content template: HX and 32 hex digits", False
    ),
}


def read(env: Mapping[str, str]) -> Settings:
    """The settings to serve with. Raises `ConfigError` with everything that is missing or wrong."""
    settings = Settings(**_values(env, _FIELDS))
    if settings.id_key in settings.secret_keys:
        raise ConfigError(["ID_KEY is one of SECRET_KEYS: it never changes and they do, so it must be a key of its own"])
    if settings.whatsapp_content_sid and not settings.whatsapp_from:
        raise ConfigError(["WHATSAPP_CONTENT_SID is of no use without WHATSAPP_FROM: set both, or neither"])
    return settings


def calling(env: Mapping[str, str], simulator: Settings) -> Settings:
    """Settings to send signed webhooks to a running server: that server's account, token and PUBLIC_URL. Raises `ConfigError`."""
    names = ("account_sid", "auth_token", "public_url")
    return replace(simulator, **_values(env, {name: _FIELDS[name] for name in names}))


def menu_folder(env: Mapping[str, str]) -> Path:
    """The folder of MENU alone: all that commands without settings need. Raises `ConfigError`."""
    folder: Path = _values(env, {"menu": _FIELDS["menu"]})["menu"]
    return folder


def _values(env: Mapping[str, str], fields: Mapping[str, _Field]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems: list[str] = []
    for attribute, field_ in fields.items():
        name = next((n for n in field_.names if env.get(n, "").strip()), None)
        try:
            values[attribute] = field_.parse(env[name].strip()) if name else field_.default
        except ValueError as fault:
            problems.append(f"{name} is wrong ({fault}): it is {field_.help}")
        if name is None and field_.required:
            problems.append(f"{' or '.join(field_.names)} is missing: {field_.help}")
    if problems:
        raise ConfigError(problems)
    return values
