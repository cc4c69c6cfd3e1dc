"""The phone in the browser, without a browser: forms posted, pages read."""

import html
import re
import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import cli, config
from service.core.menu import Menu
from service.runtime import Runtime
from service.simulator import moves, page, serve, table, transcript
from service.simulator.phone import Clock, Embedded
from service.simulator.table import Table
from service.simulator.taps import lines
from service.web import create_app

START = 1_795_437_000.0
"""2026-11-23 12:30 UTC, a Monday; 7:30 AM in New York."""
JOIN = ("REMINDERS", "1", "8am 2pm 8pm", "1", "New York", "1", "2")


@pytest.fixture(scope="module")
def laid() -> Iterator[Table]:
    service = Embedded(config.simulated(), Clock())
    made = Table(service, lambda: START)
    page.put_on(service.app, made)
    yield made
    service.close()


@pytest.fixture
def phone(laid: Table) -> FlaskClient:
    laid.start_over()
    return laid.service.app.test_client()


def shown(client: FlaskClient) -> str:
    """The page's words, without its tags."""
    answer = client.get("/simulator", base_url="http://127.0.0.1:8000")
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def post(client: FlaskClient, path: str, **form: str) -> str:
    answer = client.post(f"/simulator{path}", data=form, base_url="http://127.0.0.1:8000")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/simulator")
    return shown(client)


def say(client: FlaskClient, *texts: str, id: int = 1) -> str:
    return [post(client, f"/phones/{id}/texts", text=text) for text in texts][-1]


def saved(client: FlaskClient, id: int = 1) -> TestResponse:
    return client.get(f"/simulator/phones/{id}/transcript", base_url="http://127.0.0.1:8000")


# ---- the page


def test_nothing_on_the_page_may_come_from_elsewhere(phone: FlaskClient) -> None:
    say(phone, "HELLO")
    answer = phone.get("/simulator", base_url="http://localhost:8000")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|<script(?! src=\"/simulator/phone\.js\" defer></script>)| style=| on\w+=|https?:", answer.text)
    for path, kind in (("phone.css", "text/css"), ("phone.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        found = phone.get(f"/simulator/{path}", base_url="http://127.0.0.1")
        assert (found.status_code, found.mimetype) == (200, kind)
    assert phone.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("base", "headers", "expected"),
    [
        ("http://127.0.0.1:8000", {}, 303),
        ("http://[::1]:8000", {}, 303),
        ("http://localhost:8000", {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}, 303),
        ("http://evil.example:8000", {}, 403),
        ("http://127.0.0.1.evil.example", {}, 403),
        ("http://127.0.0.1:8000", {"Origin": "http://evil.example"}, 403),
        ("http://127.0.0.1:8000", {"Origin": "http://127.0.0.1:9000"}, 403),
        ("http://127.0.0.1:8000", {"Origin": "null"}, 403),
        ("http://127.0.0.1:8000", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("http://127.0.0.1:8000", {"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_only_its_own_page_on_this_machine_may_post(base: str, headers: dict[str, str], expected: int, phone: FlaskClient) -> None:
    assert phone.post("/simulator/over", base_url=base, headers=headers).status_code == expected


def test_what_is_typed_is_shown_as_it_is(phone: FlaskClient) -> None:
    post(phone, "/phones/1/texts", text='<script>alert("x")</script> & \'')
    answer = phone.get("/simulator", base_url="http://127.0.0.1").text
    assert "<p>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;</p>" in answer
    assert "<script>" not in answer


def test_each_text_shows_what_it_costs(phone: FlaskClient) -> None:
    page = say(phone, "i missed my pill")
    assert re.search(r"GSM-7, \d+ characters, 2 segments, up to \$0\.029", page)
    assert "1 sent (2 segments, up to $0.029), 1 received ($0.008)" in page
    assert "$0.0083 a segment" in page
    assert "UCS-2" not in page


def test_a_long_text_is_cut_as_twilio_cuts_it(phone: FlaskClient, laid: Table) -> None:
    say(phone, "a" * 5000 + "\nb")
    assert laid.phones[0].bubbles[0].text == "a" * 1600


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("/phones/1/texts", {"text": " "}, "Type a text first"),
        ("/phones/7/texts", {"text": "hi"}, "not on the table any more"),
        ("/phones", {"number": "me"}, "“me” is no phone number"),
        ("/phones", {"number": "+1 (555) 000-1111"}, "+15550001111 is on the table already"),
        ("/phones/1/remove", {}, "the only phone"),
        ("/clock", {}, "no date and time"),
        ("/clock", {"at": "soon"}, "no date and time"),
        ("/clock", {"at": "9999-12-31T23:59"}, "no date and time"),
        ("/clock", {"at": "2020-01-01T00:00"}, "begins on February 26"),
        ("/clock", {"move": "next"}, "so no text will come"),
        ("/clock", {"move": "sideways"}, "no such button"),
        ("/switches", {"receipts": "x", "sending": "y"}, "no such switch"),
        ("/phones/1/call", {"shout": "1"}, "no such step"),
        ("/phones/1/call", {"key": "1"}, "There is no call. Start one first."),
        ("/phones/7/call", {"begin": "1"}, "not on the table any more"),
    ],
)
def test_what_is_wrong_is_told_once(path: str, form: dict[str, str], expected: str, phone: FlaskClient) -> None:
    assert expected in post(phone, path, **form)
    assert expected not in say(phone, "HELLO")


def test_a_text_that_could_not_be_sent_is_kept(phone: FlaskClient, laid: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid.service, "_web", type("Away", (), {"post": lambda *_, **__: TestResponse((), "503 AWAY", [], None)}))  # type: ignore[arg-type]
    assert "Not sent" in say(phone, "i ran <out>")
    assert 'value="i ran &lt;out&gt;"' in phone.get("/simulator", base_url="http://127.0.0.1").text


def test_the_page_is_not_there_in_production(embedded: Runtime) -> None:
    assert create_app(embedded).test_client().get("/simulator").status_code == 404


# ---- tapping


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text a number:\n1 Missed a dose\n2 Side effects\nMORE About", "1 2 MORE"),
        ("Tip.\n9 Back 0 Menu", "9 0"),
        ("Olvidaste?\n1 No sé si la tomé\nMAS Qué es\n9 Atras 0 Menu", "1 MAS 9 0"),
        ("Dose Tips: your Mon 8:00 AM dose. Do not take it again. Reply 1 taken 2 later 3 skip", "1 2 3"),
        ("your dose. 1 taken 2 later 3 skip. We sent no 2:00 PM text: do not make it up.", "1 2 3"),
        ("Manda 1 tomada 2 luego 3 omitir", "1 2 3"),
        ("Your dose: text 1 taken 2 later 3 skip. Not sure? Do not take another. Emergency? Call 911. 0 Menu", "1 2 3 0"),
        ("STOP to end. Reply 1 to agree, 0 to leave.", "1 0"),
        ("STOP to end. Reply 1 to agree.", "1"),
        ("STOP: salir. 1 si aceptas.", "1"),
        ("Call 911 now. Call Poison Help 1-800-222-1222 now, do not wait. Less than 2 hours to the next one? Take 1 or 2.", ""),
    ],
)
def test_options_can_be_tapped(text: str, expected: str) -> None:
    assert " ".join(tap.sends for line in lines(text) for tap in line.taps) == expected


def test_what_came_last_can_be_answered(phone: FlaskClient) -> None:
    """Also where another reply stands behind it; what was answered cannot be tapped any more."""
    say(phone, "hola")
    text = phone.get("/simulator", base_url="http://127.0.0.1").text
    assert [n for n in range(1, 9) if f'name="tap" value="{n}"' in text] == [*range(1, 9)]
    say(phone, "1")
    assert 'name="tap" value="8"' not in phone.get("/simulator", base_url="http://127.0.0.1").text


def test_no_text_of_the_service_offers_a_number_it_does_not_name(menu: Menu) -> None:
    """A tap sends what stands in front of its words."""
    for spoken in menu.languages.values():
        for text in (*spoken.sayings.values(), *(screen.text for screen in spoken.screens.values())):
            assert all(tap.says.startswith(tap.sends) and tap.says in text for line in lines(text) for tap in line.taps), text


# ---- the clock


def test_a_day_of_reminders(phone: FlaskClient) -> None:
    page = say(phone, *JOIN)
    assert "Next due: Mon Nov 23, 2026, 8:00 AM EST (Mon Nov 23, 1:00 PM UTC)" in page
    assert "Next text Mon Nov 23, 8:00 AM EST" in page
    page = post(phone, "/clock", move="next")
    assert "your Mon 8:00 AM dose" in page
    assert "Delivered." in page
    assert "Dose Mon Nov 23, 8:00 AM reminded, no answer yet" in page
    page = post(phone, "/phones/1/texts", tap="1", text="half typed")
    assert "Dose Mon Nov 23, 8:00 AM taken" in page
    page = post(phone, "/clock", move="morning")
    assert "Clock Tue Nov 24, 2026, 8:00 AM EST" in page
    assert page.count("Reply 1 taken 2 later 3 skip") == 4


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"move": "quarter"}, "Clock Mon Nov 23, 2026, 12:45 PM UTC"),
        ({"move": "hour"}, "Clock Mon Nov 23, 2026, 1:30 PM UTC"),
        ({"move": "morning"}, "Clock Tue Nov 24, 2026, 8:00 AM UTC"),
        ({"move": "forward"}, "Clock Sun Mar 14, 2027, 1:00 AM UTC"),
        ({"move": "back"}, "Clock Sun Nov 7, 2027, 12:00 AM UTC"),
        ({"at": "2026-03-08T07:59"}, "Clock Sun Mar 8, 2026, 7:59 AM UTC"),
        ({"at": "2031-01-01T00:00"}, "Clock Wed Jan 1, 2031, 12:00 AM UTC"),
    ],
)
def test_the_clock_before_anybody_texted(form: dict[str, str], expected: str, phone: FlaskClient) -> None:
    assert expected in post(phone, "/clock", **form)


@pytest.mark.parametrize(
    ("zone", "forward", "back"),
    [
        ("Europe/London", "Sat Mar 27, 2027, 8:00 PM GMT", "Sat Oct 30, 2027, 8:00 PM BST"),
        ("Australia/Sydney", "Sat Oct 2, 2027, 8:00 PM AEST", "Sat Apr 3, 2027, 8:00 PM AEDT"),
        ("America/Phoenix", "", ""),
    ],
)
def test_the_evenings_before_the_clocks_change(zone: str, forward: str, back: str) -> None:
    from service.core.plain import moment

    found = {m.name: m.at for m in moves.moves(START, zone, None)}
    assert [moment(at, zone) if at else "" for at in (found["forward"], found["back"])] == [forward, back]


def test_the_clock_never_goes_back_once_somebody_texted(phone: FlaskClient) -> None:
    say(phone, "HELLO")
    assert "only goes forward" in post(phone, "/clock", at="2026-11-23T12:00")
    assert "Clock Tue Nov 24, 2026, 12:00 AM UTC" in post(phone, "/clock", at="2026-11-24T00:00")


def test_a_long_way_is_gone_in_parts(phone: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_WAKES", 3)
    say(phone, *JOIN)
    assert "the clock stopped on the way" in post(phone, "/clock", at="2026-11-26T07:00")
    for _ in range(3):
        page = post(phone, "/clock", at="2026-11-26T07:00")
    assert "Clock Thu Nov 26, 2026, 7:00 AM EST" in page
    assert page.count("Reply 1 taken 2 later 3 skip") == 9


# ---- how Twilio behaves


def switched(client: FlaskClient, *, twice: str = "", receipts: str = "at once", sending: str = "well") -> str:
    return post(client, "/switches", twice=twice, receipts=receipts, sending=sending)


def test_a_text_delivered_twice_counts_once(phone: FlaskClient) -> None:
    switched(phone, twice="1")
    page = say(phone, *JOIN)
    assert page.count("Delivered twice: the second answer was the same, and counts once.") == len(JOIN)
    assert page.count("All set.") == 1


@pytest.mark.parametrize(
    ("switches", "then", "after"),
    [
        ({"receipts": "late"}, "Its receipt comes with the next move", "Delivered."),
        ({"receipts": "none"}, "No receipt came.", "No receipt came."),
        ({"receipts": "unreachable"}, "Never arrived: error 30003", "not delivered: reminder Mon Nov 23, 8:00 AM 30003"),
        ({"sending": "slow"}, "Twilio took it, but its answer came too late. Delivered.", "Dose Mon Nov 23, 8:00 AM reminded"),
        ({"sending": "slow", "receipts": "none"}, "its answer came too late. No receipt", "Dose Mon Nov 23, 8:00 AM reminded"),
        ({"sending": "opted out"}, "Not sent: Twilio refused it: error 21610", "has left, Mon Nov 23, 2026, 8:00 AM EST"),
        ({"sending": "down"}, "Not sent: Twilio is down: 503", "its reminder is being sent"),
    ],
)
def test_a_bad_day_of_twilio(switches: dict[str, str], then: str, after: str, phone: FlaskClient, laid: Table) -> None:
    say(phone, *JOIN)
    switched(phone, **switches)
    assert then in post(phone, "/clock", move="next")
    assert after in post(phone, "/clock", at="2026-11-23T08:04")
    assert len(laid.service.air.all) == (0 if switches.get("sending") in ("opted out", "down") else 1)


def test_once_twilio_is_up_again_the_reminder_goes_out_once(phone: FlaskClient) -> None:
    say(phone, *JOIN)
    switched(phone, sending="down")
    post(phone, "/clock", move="next")
    switched(phone)
    page = post(phone, "/clock", at="2026-11-23T08:20")
    assert page.count("Reply 1 taken 2 later 3 skip") == 1
    assert "Delivered." in page


# ---- several phones


def test_phones_side_by_side(phone: FlaskClient, laid: Table) -> None:
    assert "Phone 2: +447700900123" in post(phone, "/phones", number="+44 7700 900123")
    assert "Phone 3: +15550002222" in post(phone, "/phones", number="")
    page = say(phone, "I can't breathe", id=2)
    assert "local emergency number" in page
    assert page.count("Nobody has texted from this phone.") == 2
    assert [bubble.who for bubble in laid.phones[1].bubbles] == ["them", "us"]
    say(phone, *JOIN, id=1)
    assert "your Mon 8:00 AM dose" in post(phone, "/clock", move="next")
    assert [len(held.bubbles) for held in laid.phones] == [2 * len(JOIN) + 1, 2, 0]
    assert "+447700900123" not in post(phone, "/phones/2/remove")
    post(phone, "/phones", number="+447700900123")
    assert "not a doctor" in say(phone, "HELLO", id=4)
    for _ in range(3):
        post(phone, "/phones")
    assert "There is room for 6" in post(phone, "/phones")


def test_start_over(phone: FlaskClient, laid: Table) -> None:
    say(phone, *JOIN)
    page = post(phone, "/over")
    assert "Nothing is kept of this number." in page
    assert laid.service.next_due() is None
    assert "not a doctor" in say(phone, "HELLO")


# ---- calling


def call(client: FlaskClient, *steps: tuple[str, str]) -> str:
    return [post(client, "/phones/1/call", **{kind: what}) for kind, what in (("begin", "1"), *steps)][-1]


def test_a_call_is_heard_turn_by_turn(phone: FlaskClient, laid: Table) -> None:
    page = call(phone, ("key", "1"), ("speech", "what <about> aspirin"), ("hang_up", "1"))
    order = (
        "English (en-US), voice",
        "Emergency? Hang up and call 9 1 1",
        "Spanish (es-US), voice",
        "Para español",
        "You pressed 1",
    )
    order += ("Missed a dose? Take it", "You said: what <about> aspirin", "You hung up. The call ended.", "Call again")
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    assert "Last phone call Mon Nov 23, 2026" in page
    assert "On the phone, at " in page
    assert (
        '<p lang="es-US" class="says">¿Emergencia? Llama al 9 1 1. Para español'
        in phone.get("/simulator", base_url="http://127.0.0.1").text
    )
    assert laid.clock.at == START + 40
    assert "Say nothing" not in page


def test_silence_is_met_twice_and_ends_the_call(phone: FlaskClient) -> None:
    page = call(phone, ("key", "6"), ("silence", "1"))
    assert page.count("I did not hear you. Here it is again.") == 2
    assert page.index("Here it is again.") < page.index("Goodbye.") < page.index("The call ended.")
    assert "There is no call" in post(phone, "/phones/1/call", key="1")


@pytest.mark.parametrize(
    ("kind", "what", "expected"),
    [
        ("key", "12", "no such key"),
        ("speech", " ", "Type what is said"),
        ("begin", "1", "a call already"),
        ("sing", "", "no such step"),
    ],
)
def test_a_call_goes_on_after_what_is_wrong(kind: str, what: str, expected: str, phone: FlaskClient) -> None:
    page = call(phone, (kind, what))
    assert expected in page
    assert "Hang up" in page
    assert "You pressed #" in post(phone, "/phones/1/call", key="#")


def test_what_could_not_be_said_is_kept(phone: FlaskClient, laid: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    call(phone)
    monkeypatch.setattr(laid.service, "_web", type("Away", (), {"post": lambda *_, **__: TestResponse((), "503 AWAY", [], None)}))  # type: ignore[arg-type]
    assert "The call got no answer" in post(phone, "/phones/1/call", speech="i ran out")
    assert 'value="i ran out"' in phone.get("/simulator", base_url="http://127.0.0.1").text


def test_reminders_set_up_by_call_begin_with_a_text(phone: FlaskClient, laid: Table, menu: Menu) -> None:
    answers = ("reminders", "8am 2pm 8pm", "1", "New York", "1", "2")
    page = call(phone, *(("key" if len(answer) == 1 else "speech", answer) for answer in answers))
    assert [bubble.who for bubble in laid.phones[0].bubbles] == ["us"], "what is asked by text comes as a text"
    assert "a phone call asked for dose reminders here" in laid.phones[0].bubbles[0].text
    assert "We asked whether the reminders set up by phone call are theirs" in page
    assert "Reminders none" in page
    assert "A text comes" in page
    assert "asked by text to confirm a set-up by phone call" in page
    assert "Reminders 8:00 AM, 2:00 PM, 8:00 PM; on since" in say(phone, "1")
    text = saved(phone).text
    assert "# This phone also called" in text
    assert same_as_a_golden_test(menu, text)


# ---- saving


def same_as_a_golden_test(menu: Menu, text: str) -> bool:
    return transcript.whole(menu, text) == text


def test_a_saved_conversation_is_a_passing_transcript(phone: FlaskClient, laid: Table, menu: Menu) -> None:
    post(phone, "/phones", number="+12125551234")
    say(phone, *JOIN, id=1)
    say(phone, "hola", "olvide la pastilla", id=2)
    post(phone, "/clock", move="next")
    say(phone, "1", "it's fine\u2028 really", id=1)
    post(phone, "/clock", move="hour")
    post(phone, "/clock", at="2026-11-24T12:59")
    post(phone, "/clock", at="2026-11-24T13:59:55")
    say(phone, "TAKEN", "0", id=1)  # the reminder comes between the two
    post(phone, "/clock", move="morning")
    for id, count in ((1, 2 + len(JOIN)), (2, 2)):
        answer = saved(phone, id)
        assert answer.mimetype == "text/plain"
        assert same_as_a_golden_test(menu, answer.text)
        assert answer.text.startswith("# Saved from the simulator\n" + ("-- phone +12125551234\n" if id == 2 else ""))
        assert answer.text.count("\n> ") >= count
        for bubble in laid.phone(id).bubbles:
            assert bubble.who == "note" or bubble.text in answer.text
    assert "misbehave" not in saved(phone).text


def test_a_conversation_with_a_bad_twilio_says_so_and_passes_too(phone: FlaskClient, menu: Menu) -> None:
    say(phone, *JOIN)
    switched(phone, sending="opted out")
    post(phone, "/clock", move="morning")
    text = saved(phone).text
    assert "# On the screen Twilio was made to misbehave" in text
    assert same_as_a_golden_test(menu, text)


def test_nothing_to_save(phone: FlaskClient) -> None:
    assert saved(phone).status_code == 303
    assert "nothing to save yet" in shown(phone)


# ---- starting it


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, False),
        ({"SIMULATOR": "0", "REDIS_URL": "redis://x"}, False),
        ({"SIMULATOR": "1"}, True),
        ({"SIMULATOR": "1", "TWILIO_ACCOUNT_SID": "AC"}, "SIMULATOR beside TWILIO_ACCOUNT_SID"),
        ({"SIMULATOR": "1", "REDIS_URL": "redis://x"}, "SIMULATOR beside REDIS_URL"),
        ({"SIMULATOR": "please"}, "SIMULATOR is wrong"),
    ],
)
def test_the_setting(env: dict[str, str], expected: bool | str) -> None:
    if isinstance(expected, bool):
        assert config.simulating(env) is expected
        return
    with pytest.raises(config.ConfigError, match=expected):
        config.simulating(env)


class Ended:
    """A server that is told to end at once."""

    def __init__(self, host: str, port: int, app: Flask, **options: object) -> None:
        assert app.test_client().get("/simulator", base_url=f"http://{host}").status_code == 200

    def serve_forever(self) -> None:
        raise KeyboardInterrupt


def test_it_is_served_until_it_is_told_to_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "make_server", Ended)
    assert cli.main(["simulate", "--port", "0"]) == 0
    assert re.search(r"A phone to try: http://127\.0\.0\.1:\d+/simulator\nCtrl-C ends\.", capsys.readouterr().out)


def test_a_browser_is_opened_only_where_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("CI", raising=False)
    assert not serve.somebody_is_there()  # no terminal
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert serve.somebody_is_there()
    monkeypatch.setenv("CI", "true")
    assert not serve.somebody_is_there()


def test_a_busy_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert cli.main(["simulate", "--port", str(port)]) == 2
    assert capsys.readouterr().err == f"port {port} is in use: choose another one, such as --port 8001 (make run PORT=8001)\n"
    assert cli.main(["simulate", "--port", "99999"]) == 2
