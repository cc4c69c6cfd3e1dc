"""Golden conversations a nurse can read: tests/transcripts/*.txt.

"> " is what the person texts; what follows is the reply, "(silence)" for none. "-- " moves the clock ("-- 31 min later"; "-- 3 h
down" when the service stands still meanwhile) or changes the phone ("-- phone +447700900123"). "< " is what we start, with the
local time. `pytest --update` writes what we say again; the diff is the clinical sign-off.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.core import record
from service.core.dialogue import step
from service.core.menu import Menu
from service.core.model import Due, Event, Sent, Turn
from service.core.segments import segments
from tests.conftest import NOW, PHONE, message

FOLDER = Path(__file__).parent / "transcripts"
UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}


class Phone:
    """One person. The contact is written and read again between any two events."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self.kept: bytes | None = None
        self.due: float | None = None

    def step(self, event: Event, now: float) -> Turn:
        turn = step(self.menu, record.read(self.kept) if self.kept else None, event, now)
        self.kept, self.due = record.dump(turn.contact), turn.due
        return turn

    def wake(self, now: float) -> Iterator[str]:
        """What goes out now, each at its local time; Twilio takes it all."""
        turn = self.step(Due(), now)
        for entry in turn.send:
            assert segments(entry.text) <= 2, entry.text
            here = datetime.fromtimestamp(now, ZoneInfo(turn.contact.zone or "UTC"))
            yield f"< [{here:%a} {here.hour}:{here:%M}] {entry.text}"
            yield ""
            self.step(Sent(entry.id, "SM1"), now)

    def until(self, then: float, now: float) -> Iterator[str]:
        """All that becomes due up to an instant."""
        while self.due is not None and self.due <= then:
            now = max(now, self.due)
            yield from self.wake(now)


def replay(menu: Menu, script: str) -> Iterator[str]:
    """A transcript with what this menu says."""
    now, sender = NOW, PHONE
    phones: dict[str, Phone] = {}
    for line in script.splitlines():
        if line.startswith(("# ", "-- ")):
            yield line
        phone = phones.setdefault(sender, Phone(menu))
        if line.startswith("-- phone "):
            sender = line.removeprefix("-- phone ")
        elif found := re.fullmatch(r"-- (\d+) (s|min|h|days) (later|down)", line):
            then = now + int(found[1]) * UNITS[found[2]]
            yield from phone.until(then, then if found[3] == "down" else now)
            now = then
        elif line.startswith("> ") or line == ">":
            yield line
            turn = phone.step(message(line[2:], sender=sender), now)
            now += 10
            assert all(segments(reply) <= 2 for reply in turn.replies), line
            yield "\n".join(turn.replies) or "(silence)"
            yield ""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda p: p.stem)
def test_transcript(path: Path, menu: Menu, request: pytest.FixtureRequest) -> None:
    script = path.read_text(encoding="utf-8")
    actual = "\n".join(replay(menu, script)).rstrip() + "\n"

    if request.config.getoption("--update"):
        path.write_text(actual, encoding="utf-8")
    assert actual == script or request.config.getoption("--update")
