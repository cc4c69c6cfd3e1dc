"""Settings: everything wrong in one message, nothing secret in it."""

import base64
from pathlib import Path

import pytest

from service import config

KEY = base64.b64encode(b"k" * 32).decode()
GOOD = {
    "REDIS_URL": "redis://localhost:6379",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_FROM": "+15550000000",
    "PUBLIC_URL": "https://tips.example/#rc=2&rp=ct,rt,5xx",
    "ID_KEY": base64.b64encode(b"i" * 32).decode(),
    "SECRET_KEYS": f"{KEY}, {KEY}",
    "CLINIC_PHONE": "555-010-0100",
}
REQUIRED = [
    "REDIS_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM",
    "PUBLIC_URL",
    "ID_KEY",
    "SECRET_KEYS",
    "CLINIC_PHONE",
]


def test_good_settings() -> None:
    settings = config.read(GOOD)

    assert settings.public_url == "https://tips.example"
    assert settings.secret_keys == (b"k" * 32, b"k" * 32)
    assert (settings.keyword_replies, settings.log_level, settings.metrics_token, settings.brand) == ("service", "INFO", None, None)
    assert settings.menu.name == "baclofen"


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({}, "+15550000000"),
        ({"PUBLIC_NUMBER": "12345"}, "12345"),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32}, None),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32, "PUBLIC_NUMBER": "+15550000001"}, "+15550000001"),
    ],
)
def test_the_number_people_text(changed: dict[str, str], number: str | None) -> None:
    assert config.read({**GOOD, **changed}).number == number


def test_whatsapp_is_a_number_and_perhaps_a_template() -> None:
    number, template = {"WHATSAPP_FROM": "+15550000001"}, {"WHATSAPP_CONTENT_SID": "HX" + "0aB1" * 8}
    both = config.read({**GOOD, **number, **template})

    assert (both.whatsapp_from, both.whatsapp_content_sid) == ("+15550000001", "HX" + "0aB1" * 8)
    assert config.read({**GOOD, **number}).whatsapp_content_sid is None


def test_nothing_set_names_everything() -> None:
    with pytest.raises(config.ConfigError) as fault:
        config.read({})

    assert all(name in str(fault.value) for name in [*REQUIRED, "TWILIO_MESSAGING_SERVICE_SID", "CLINIC_EMAIL"])


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_setting(name: str) -> None:
    with pytest.raises(config.ConfigError) as fault:
        config.read({k: v for k, v in GOOD.items() if k != name})

    assert len(fault.value.problems) == 1
    assert name in fault.value.problems[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://h:abc"),
        ("REDIS_URL", "redis://h?socket_timeout=8"),
        ("REDIS_URL", "redis://h/db"),
        ("REDIS_URL", "redis+cluster://h:1/3"),
        ("REDIS_URL", "redis+cluster://h:1,:x"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", "short"),
        ("TWILIO_FROM", "5550000000000"),
        ("TWILIO_MESSAGING_SERVICE_SID", "XX123"),
        ("PUBLIC_URL", "tips.example"),
        ("PUBLIC_URL", "https://tips.example/sms"),
        ("PUBLIC_URL", "https://tips.example:abc"),
        ("PUBLIC_URL", "https://user:pw@tips.example"),
        ("PUBLIC_URL", "https://tips example"),
        ("PUBLIC_NUMBER", "555-010-0100"),
        ("PUBLIC_NUMBER", "MG" + "0" * 32),
        ("TWILIO_FROM", "+1٣٣٣٣٣٣٣"),
        ("ID_KEY", KEY),
        ("MENU", "a" * 5000),
        ("BRAND", "Joe`s Tips"),
        ("CLINIC_PHONE", "call [us]"),
        ("ID_KEY", "secret-but-short"),
        ("ID_KEY", base64.b64encode(b"k" * 16).decode()),
        ("SECRET_KEYS", f"{KEY},nonsense"),
        ("CLINIC_PHONE", "5" * 41),
        ("CLINIC_EMAIL", "clínica@example.org"),
        ("MENU", "menus/nothing"),
        ("BRAND", "A brand with a very long name"),
        ("BRAND", "Marke ü"),
        ("KEYWORD_REPLIES", "both"),
        ("LOG_LEVEL", "LOUD"),
        ("METRICS_TOKEN", "short"),
        ("TWILIO_API_BASE", "127.0.0.1:9999"),
        ("TWILIO_API_BASE", "ftp://127.0.0.1"),
        ("TWILIO_API_BASE", "http://127.0.0.1:9999/2010-04-01"),
        ("TWILIO_API_BASE", "http://127.0.0.1:99999"),
        ("TWILIO_API_BASE", "http://127.0.0.1:0"),
        ("TWILIO_API_BASE", "http://user:pw@127.0.0.1"),
        ("TWILIO_API_BASE", "http://127.0.0.1?x"),
        ("TWILIO_API_BASE", "http://127.0.0.1#x"),
        ("TWILIO_API_BASE", "https://"),
        ("SEND_RATE", "0"),
        ("WHATSAPP_FROM", "whatsapp:+15550000000"),
        ("WHATSAPP_FROM", "15550000000"),
        ("WHATSAPP_CONTENT_SID", "HX123"),
        ("WHATSAPP_CONTENT_SID", "HX" + "0" * 32),
        ("SEND_RATE", "-1"),
        ("SEND_RATE", "1000.5"),
        ("SEND_RATE", "nan"),
        ("SEND_RATE", "1e3"),
        ("SEND_RATE", "ten"),
        ("SEND_RATE", "٣"),
    ],
)
def test_each_wrong_setting_is_named_and_no_secret_shown(name: str, value: str) -> None:
    settings = {k: v for k, v in GOOD.items() if not (name == "TWILIO_MESSAGING_SERVICE_SID" and k == "TWILIO_FROM")}
    if name == "CLINIC_EMAIL":
        del settings["CLINIC_PHONE"]
    with pytest.raises(config.ConfigError) as fault:
        config.read({**settings, name: value})

    assert len(fault.value.problems) == 1
    assert name in fault.value.problems[0]
    assert name not in ("ID_KEY", "SECRET_KEYS", "TWILIO_AUTH_TOKEN") or value not in str(fault.value)


@pytest.mark.parametrize(
    "url", ["redis://h", "rediss://h:1", "redis+cluster://h:7000", "redis+cluster://:pw@h:7000,i:7001", "redis://:pw@h:1/2"]
)
def test_redis_urls(url: str) -> None:
    assert config.read({**GOOD, "REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize("base", ["http://127.0.0.1:9999", "https://api.dublin.ie1.twilio.com", "http://[::1]:9999"])
def test_api_bases(base: str) -> None:
    assert config.read({**GOOD, "TWILIO_API_BASE": base}).api_base == base
    assert config.read({**GOOD, "TWILIO_API_BASE": f"{base}/"}).api_base == base
    assert config.read(GOOD).api_base is None


@pytest.mark.parametrize(("value", "rate"), [("1", 1.0), ("0.5", 0.5), ("1000", 1000.0), (" 33.25 ", 33.25), ("", 10.0)])
def test_send_rates(value: str, rate: float) -> None:
    assert config.read({**GOOD, "SEND_RATE": value}).send_rate == rate


def test_nothing_secret_is_printed() -> None:
    shown = repr(config.read({**GOOD, "METRICS_TOKEN": "metrics-secret"}))

    assert "kkkk" not in shown
    assert "0" * 32 not in shown.replace("AC" + "0" * 32, "")
    assert "metrics-secret" not in shown


def test_the_simulator_needs_no_setting(tmp_path: Path) -> None:
    assert config.simulated().account_sid.startswith("AC")
    assert config.simulated().id_key != config.simulated().id_key
    assert config.menu_folder({}).name == "baclofen"
    with pytest.raises(config.ConfigError, match="MENU"):
        config.menu_folder({"MENU": str(tmp_path)})
    with pytest.raises(config.ConfigError, match="PUBLIC_URL"):
        config.calling({}, config.simulated())
