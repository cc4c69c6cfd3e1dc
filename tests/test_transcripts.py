"""Golden conversations a nurse can read: tests/transcripts/*.txt, in the form that service/simulator/transcript.py describes.

`pytest --update` writes what we say again; the diff is the clinical sign-off.
"""

from pathlib import Path

import pytest

from service.core.menu import Menu
from service.core.segments import segments
from service.simulator import transcript

FOLDER = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda p: p.stem)
def test_transcript(path: Path, menu: Menu, request: pytest.FixtureRequest) -> None:
    script = path.read_text(encoding="utf-8")
    sent: list[str] = []
    actual = transcript.whole(menu, script, sent)

    if request.config.getoption("--update"):
        path.write_text(actual, encoding="utf-8")
    assert actual == script or request.config.getoption("--update")
    assert [text for text in sent if segments(text) > 2] == []
