"""Whole phone calls that a nurse can read. `pytest tests/test_calls.py --update` writes them again; their diff is the sign-off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import config
from service.simulator.call import Call, Heard
from service.simulator.phone import Clock, Embedded, Phone

CALLS = sorted((Path(__file__).parent / "transcripts" / "calls").glob("*.txt"))
BEGIN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC).timestamp()
SECONDS = 10


@pytest.fixture(scope="module")
def running() -> Iterator[Embedded]:
    embedded = Embedded(config.simulated(), Clock())
    yield embedded
    embedded.close()


def replayed(script: str, embedded: Embedded) -> str:
    """A transcript with what is heard after each line of the caller's: "<" is said, "<<" is a text that arrives."""
    embedded.forget()
    embedded.clock.at = BEGIN
    settings, number, lines = embedded.built.settings, "+13125550123", list[str]()
    phone, call, heard = Phone(settings, embedded.post), Call(settings, embedded.post, number), Heard((), (), True)
    for line in script.splitlines():
        if line.startswith("<") or not line.strip():
            continue
        lines += ["", line] if lines and not line.startswith("#") else [line]
        texts: list[str] = []
        if line == "-- call":
            call = Call(settings, embedded.post, number)
            heard = call.begin()
        elif line.startswith("> "):
            heard = call.answer(line[2:])
        elif line.startswith("-- text "):
            texts = phone.text(number, line.removeprefix("-- text "))
        said = heard.silence if line == "-- silence" else () if texts or line.startswith("#") else (heard.said,)
        lines += [f"< {part.words}" for parts in said for part in parts]
        lines += ["< (hangs up)"] if said and (heard.ends or line == "-- silence") else []
        texts += [a.text for a in embedded.pass_to(embedded.clock.at + SECONDS)]
        lines += [f"<< {text}" for text in "\n".join(texts).splitlines()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", CALLS, ids=[path.stem for path in CALLS])
def test_calls(path: Path, running: Embedded, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8")
    now = replayed(written, running)
    if request.config.getoption("--update"):
        path.write_text(now, encoding="utf-8")
    else:
        assert now == written
