"""What the project's own sets measure: tests/data/phrasings/<language>/<kind>.tsv, of texts that nobody wrote a rule from."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.understanding.measure import Measure, Readers, alarmed, forced, judge, left, offered, pooled, reminders_end
from bench.understanding.texts import Row, read
from service.config import ROOT

FOLDER: Final = ROOT / "tests" / "data" / "phrasings"
_TRIVIAL: Final = ("none", "not_leave")
"""Wants that silence answers too: beside them nothing else is measured."""


def measures(folder: Path, readers: Readers) -> Iterator[Measure]:
    """Each language's kinds, and then all of them together."""
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = [m for path in sorted(language.glob("*.tsv")) for m in of_kind(language.name, path.stem, read(path), readers)]
        yield from found
        yield from pooled(f"{language.name}/all", found)


def of_kind(language: str, kind: str, rows: list[Row], readers: Readers) -> Iterator[Measure]:
    """Those of one file that have rows."""
    for what, chosen, hit, by in _MEASURES:
        wants = [(row["text"], row["want"]) for row in rows if chosen(kind, row["near"] == "yes", _wants(row["want"]))]
        if wants:
            yield Measure(f"{language}/{kind}", what, judge(readers, wants, hit, by), None, what.startswith("wrong:"))


def _wants(want: str) -> list[str]:
    return want.split("|")


# ---- which rows a measure is about


Chosen = Callable[[str, bool, list[str]], bool]


def _wanting(start: str, *, near: bool) -> Chosen:
    """Rows that want it; one that also wants an alarm is measured by that."""

    def chosen(_: str, is_near: bool, wants: list[str]) -> bool:
        others = (*_TRIVIAL, "alarm") if start == "screen:" else _TRIVIAL
        return is_near == near and any(w.startswith(start) for w in wants) and not any(w.startswith(others) for w in wants)

    return chosen


def _near(_: str, is_near: bool, __: list[str]) -> bool:
    return is_near


def _near_leaving(kind: str, is_near: bool, wants: list[str]) -> bool:
    return kind == "leaving" and is_near and "leave" not in wants


def _asks_nothing(kind: str, is_near: bool, wants: list[str]) -> bool:
    return kind == "questions" and is_near and wants == ["none"]


# ---- what a verdict is by a want


def hits(got: str, want: str) -> bool:
    """Whether it is one of those wanted, of alarms any; a tip must be shown, not offered."""
    return any(_hit(got, one) for one in _wants(want))


def _hit(got: str, want: str) -> bool:
    name = want.partition(":")[0]
    return _HITS[name](got) if name in _HITS else got == want


_HITS: Final[dict[str, Callable[[str], bool]]] = {
    "alarm": alarmed,
    "leave": left,
    "not_leave": lambda got: not left(got),
    "reminders_off": reminders_end,
    "none": lambda got: not alarmed(got),
}


def named(got: str, want: str) -> bool:
    """The same, but an alarm must be of a kind that is named, unless just `alarm` is."""
    kind = got.removeprefix("red_flag:").partition("-")[0]
    return hits(got, want) and (not alarmed(got) or any(one in ("alarm", f"alarm:{kind}") for one in _wants(want)))


def among(got: str, want: str) -> bool:
    return hits(got, want) or any(f"screen:{one}" in _wants(want) for one in offered(got))


_MEASURES: Final = (
    ("alarm raised", _wanting("alarm", near=False), hits, "alarm"),
    ("alarm of the named kind", _wanting("alarm", near=False), named, "alarm"),
    ("right tip at once", _wanting("screen:", near=False), hits, "screen"),
    ("right tip at once or offered", _wanting("screen:", near=False), among, "offer"),
    ("leaving honoured", _wanting("leave", near=False), hits, "leave"),
    ("wrong: near miss alarmed", _near, alarmed, "alarm"),
    ("wrong: near miss read as leaving", _near_leaving, left, "leave"),
    ("wrong: tip forced", _asks_nothing, forced, "screen"),
    ("near miss: right tip at once", _wanting("screen:", near=True), hits, "screen"),
    ("near miss: right tip at once or offered", _wanting("screen:", near=True), among, "offer"),
    ("near miss: leaving honoured", _wanting("leave", near=True), hits, "leave"),
    ("near miss: only reminders end", _wanting("reminders_off", near=True), hits, "leave"),
)
