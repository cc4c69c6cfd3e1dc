"""Twilio's signature: against vectors from many libraries, Twilio's own validator, and everything that is not one."""

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from service.channels.signature import same, sign, urls, valid
from tests.conftest import SHARED

TOKEN = "12345"
URL = "https://mycompany.com/sms"
FORM = {"From": ["+15550001111"], "Body": ["STOP"]}


def vectors() -> list[dict]:
    """Form vectors. JSON bodies are another kind of webhook; SIG-16 escapes a query as only twilio-node does, and ours has none."""
    path = SHARED / "oracles" / "signature_vectors.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [row for row in rows if row["body"] is None and row["id"] != "SIG-16"]


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["id"])
def test_vector(row: dict) -> None:
    params = row["params"] or {}
    pairs = params.items() if isinstance(params, dict) else params
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).extend(value if isinstance(value, list) else [value])

    assert valid(row["token"], row["url"], form, row["signature"] or "") is row["expected_valid"]


NAMES = st.text(st.characters(codec="utf-8"), max_size=10)
FORMS = st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=3), max_size=6)


@given(FORMS, st.sampled_from([URL, "https://a.example:8443/sms", "http://b.example/x?y=1"]))
def test_as_twilios_own_validator_signs(form: dict[str, list[str]], url: str) -> None:
    class Multi(dict):  # type: ignore[type-arg]
        def getall(self, name: str) -> list[str]:
            return list(self[name])

    signature = RequestValidator(TOKEN).compute_signature(url, Multi(form))

    assert sign(TOKEN, url, form) == signature
    assert valid(TOKEN, url, form, signature)


@pytest.mark.parametrize(
    "signature",
    ["", " ", "x", "é" * 28, "\ud800" * 28, "A" * 28, "A" * 27 + "=", "=" * 28, "A" * 10_000, "\x00" * 28],
)
def test_no_signature_ever_raises(signature: str) -> None:
    assert valid(TOKEN, URL, FORM, signature) is False


def test_a_lone_surrogate_in_a_form_does_not_raise() -> None:
    assert valid(TOKEN, URL, {"Body": ["\ud800"]}, "A" * 28) is False


@pytest.mark.parametrize(
    "url",
    [URL + "/", URL + "?", URL + "?a=1", "http://mycompany.com/sms", "https://other.com/sms"],
)
def test_another_url_is_another_signature(url: str) -> None:
    good = sign(TOKEN, URL, FORM)

    assert valid(TOKEN, URL, FORM, good)
    assert not valid(TOKEN, url, FORM, good)


def test_ports_are_left_out_or_filled_in() -> None:
    assert urls("https://a.b/c") == ("https://a.b/c", "https://a.b:443/c")
    assert urls("https://a.b:443/c") == ("https://a.b:443/c", "https://a.b/c")
    assert urls("https://a.b:port/c") == ("https://a.b:port/c",)
    assert urlsplit(urls("http://a.b/c")[1]).port == 80


def test_same() -> None:
    assert same("abc", "abc")
    assert not same("é\ud800", "abc")
