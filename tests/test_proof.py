"""The proof in short: workers killed, killed at every step, and a Twilio that does not say what it did; nothing lost or doubled."""

import subprocess
import sys

from service.config import ROOT
from tests.conftest import need_redis

PATIENCE = 900
"""Seconds; it takes about twenty. A slow machine is none of its concerns, so it ends by itself when it does not come to rest."""


def _figures() -> tuple[int, dict[str, float], str]:
    command = [sys.executable, "-m", "bench.proof", "--short"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.terminate()  # it ends what it started
    rows = (line.split("\t") for line in out.splitlines())
    return process.returncode, {name: float(value) for name, value, _ in rows}, err


def test_no_reminder_is_lost_or_doubled() -> None:
    need_redis()
    code, figures, err = _figures()
    assert code == 0, err
    for scene in ("kill", "steps", "hidden"):
        assert figures[f"{scene}_due"] == 150
        assert (figures[f"{scene}_lost"], figures[f"{scene}_doubled"], figures[f"{scene}_pending"]) == (0, 0, 0), err
    assert figures["kill_kills"] > 0
    assert figures["steps_kills"] > 0
    assert figures["hidden_ambiguous"] > 0
