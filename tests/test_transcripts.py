"""Golden conversations a nurse can read: tests/transcripts/*.txt.

"> " is what the person texts, "-- " moves the clock ("-- 31 min later") or changes the phone ("-- phone +447700900123"); what
follows is the reply, "(silence)" for none. `pytest --update` writes the replies again; the diff is the clinical sign-off.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.core import record
from service.core.dialogue import step
from service.core.menu import Menu
from service.core.segments import segments
from tests.conftest import NOW, PHONE, message

FOLDER = Path(__file__).parent / "transcripts"
UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}


def replay(menu: Menu, script: str) -> Iterator[str]:
    """A transcript with the replies of this menu. The contact is written and read again between any two lines."""
    now, sender = NOW, PHONE
    records: dict[str, bytes] = {}
    for line in script.splitlines():
        if line.startswith(("# ", "-- ")):
            yield line
        if line.startswith("-- phone "):
            sender = line.removeprefix("-- phone ")
        elif found := re.fullmatch(r"-- (\d+) (s|min|h|days) later", line):
            now += int(found[1]) * UNITS[found[2]]
        elif line.startswith("> ") or line == ">":
            yield line
            kept = records.get(sender)
            turn = step(menu, record.read(kept) if kept else None, message(line[2:], sender=sender), now)
            records[sender] = record.dump(turn.contact)
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
