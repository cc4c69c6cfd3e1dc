"""Settings from the environment: read once at start, every fault reported in one message."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from service import settings
from service.settings import EXAMPLE_URL, KEY_BYTES, MOST_BRAND, MOST_CLINIC, MOST_RATE, ROOT

__all__ = ["EXAMPLE_URL", "KEY_BYTES", "MOST_BRAND", "MOST_CLINIC", "ROOT", "ConfigError", "Settings", "read"]

DEFAULT_MENU: Final = "menus/baclofen"
_MAKE_KEY: Final = "python -m service key"


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
    public_number: str | None = None

    @property
    def number(self) -> str | None:
        """The number people text, E.164 or a short code; None where only a Messaging Service is known."""
        return self.public_number or (None if self.sender.startswith("MG") else self.sender)


def simulated(menu: Path | None = None) -> Settings:
    """Settings for the simulator: keys of its own, no Twilio account, no server."""
    return Settings(
        redis_url="embedded",
        account_sid="AC" + secrets.token_hex(16),
        auth_token=secrets.token_hex(16),
        sender="+15550000000",
        public_url=EXAMPLE_URL,
        id_key=secrets.token_bytes(KEY_BYTES),
        secret_keys=(secrets.token_bytes(KEY_BYTES),),
        clinic="555-010-0100",
        menu=menu or ROOT / DEFAULT_MENU,
        log_level="ERROR",
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """One setting: the variables that may hold it, how to read it, what to tell who left it out."""

    names: tuple[str, ...]
    parse: Callable[[str], Any]
    help: str
    required: bool = True
    default: Any = None


_FIELDS: Final = {
    "redis_url": _Field(("REDIS_URL",), settings.redis_url, "where Redis is: redis://, rediss:// or redis+cluster://host:port"),
    "account_sid": _Field(
        ("TWILIO_ACCOUNT_SID",), settings.account_sid, "the account's SID: AC and 32 hex digits (Twilio console)"
    ),
    "auth_token": _Field(("TWILIO_AUTH_TOKEN",), settings.auth_token, "the account's primary auth token (Twilio console)"),
    "sender": _Field(
        ("TWILIO_MESSAGING_SERVICE_SID", "TWILIO_FROM"),
        settings.sender,
        "who sends: a Messaging Service (MG...) or a number (+1...)",
    ),
    "public_url": _Field(("PUBLIC_URL",), settings.public_url, "what Twilio calls and signs: https://host, without a path"),
    "id_key": _Field(("ID_KEY",), settings.key, f"a key of its own that never changes; make one: {_MAKE_KEY}"),
    "secret_keys": _Field(
        ("SECRET_KEYS",), settings.keys, f"keys that seal records, comma-separated, newest first; make one: {_MAKE_KEY}"
    ),
    "clinic": _Field(("CLINIC_PHONE", "CLINIC_EMAIL"), settings.clinic, f"whom HELP names: at most {MOST_CLINIC} characters"),
    "menu": _Field(("MENU",), settings.menu, "a folder with menu.toml in it", False, ROOT / DEFAULT_MENU),
    "brand": _Field(("BRAND",), settings.brand, f"the name in texts: at most {MOST_BRAND} plain characters", False),
    "keyword_replies": _Field(
        ("KEYWORD_REPLIES",), settings.one_of("service", "twilio"), "who answers STOP and HELP: service or twilio", False, "service"
    ),
    "log_level": _Field(("LOG_LEVEL",), settings.one_of(*settings.LEVELS), f"one of {', '.join(settings.LEVELS)}", False, "INFO"),
    "metrics_token": _Field(("METRICS_TOKEN",), settings.token, "a secret of 8 or more plain characters", False),
    "api_base": _Field(
        ("TWILIO_API_BASE",), settings.api_base, "what to call in Twilio's place: http(s)://host:port, without a path", False
    ),
    "public_number": _Field(("PUBLIC_NUMBER",), settings.number, "the number people text: +1... or a short code", False),
    "send_rate": _Field(("SEND_RATE",), settings.send_rate, f"messages a second: more than 0, at most {MOST_RATE}", False, 10.0),
    "whatsapp_from": _Field(
        ("WHATSAPP_FROM",), settings.e164, "the number of your WhatsApp sender: +1...; unset: no WhatsApp", False
    ),
    "whatsapp_content_sid": _Field(
        ("WHATSAPP_CONTENT_SID",), settings.content_sid, "the SID of an approved content template: HX and 32 hex digits", False
    ),
}


def read(env: Mapping[str, str]) -> Settings:
    """The settings to serve with. Raises `ConfigError` with everything that is missing or wrong."""
    read = Settings(**_values(env, _FIELDS))
    if read.id_key in read.secret_keys:
        raise ConfigError(["ID_KEY is one of SECRET_KEYS: it never changes and they do, so it must be a key of its own"])
    if read.whatsapp_content_sid and not read.whatsapp_from:
        raise ConfigError(["WHATSAPP_CONTENT_SID is of no use without WHATSAPP_FROM: set both, or neither"])
    return read


def simulating(env: Mapping[str, str]) -> bool:
    """Whether to serve the simulator and nothing else. Raises `ConfigError`: it has no Twilio, and forgets everything."""
    if env.get("SIMULATOR", "").strip() in ("", "0"):
        return False
    problems = [] if env["SIMULATOR"].strip() == "1" else ["SIMULATOR is wrong: it is 1 or 0"]
    beside = [name for name in ("TWILIO_ACCOUNT_SID", "REDIS_URL") if env.get(name, "").strip()]
    problems += [f"SIMULATOR beside {name}: the simulator has no Twilio and forgets everything; take one out" for name in beside]
    if problems:
        raise ConfigError(problems)
    return True


def calling(env: Mapping[str, str], simulator: Settings) -> Settings:
    """Settings to send signed webhooks to a running server: that server's account, token and PUBLIC_URL. Raises `ConfigError`."""
    names = ("account_sid", "auth_token", "public_url")
    return replace(simulator, **_values(env, {name: _FIELDS[name] for name in names}))


def registering(env: Mapping[str, str], simulator: Settings) -> Settings:
    """Settings for the carrier registration: all that its texts name, and neither Redis nor keys. Raises `ConfigError`."""
    fields = {name: _FIELDS[name] for name in ("public_url", "clinic", "brand", "menu")}
    sender = _Field(("PUBLIC_NUMBER", "TWILIO_FROM"), settings.number, "the number people text: +1... or a short code")
    return replace(simulator, **_values(env, {**fields, "public_number": sender}))


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
