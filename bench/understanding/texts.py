"""What the practice files measure of texts that people send: alarms, leaving, questions. Their README says what each holds."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from bench.understanding.measure import Hit, Measure, Readers, alarmed, forced, judge, left, offered, reminders_end

Row = dict[str, str]
Rows = Callable[[str], list[Row]]
"""The rows of a file, by its name; none where there is no such file."""
_TOPICS: Final = {
    "alcohol_other_medicines": "mixing",
    "how_to_take": "taking",
    "missed_dose": "missed",
    "overdose_emergency": "overdose",
    "side_effects": "effects",
    "storage": "storage",
    "who_should_be_careful": "careful",
    "withdrawal_stopping": "stopping",
}
_RARE: Final = 1 / 5000
_OURS: Final = ("en", "es")


def read(path: Path) -> list[Row]:
    """Lines that end in LF, cells between tabs, nothing quoted; a text may hold any other sign."""
    head, *lines = path.read_bytes().decode("utf-8").split("\n")
    return [dict(zip(head.split("\t"), line.split("\t"), strict=False)) for line in lines if line]


def measures(rows: Rows, readers: Readers) -> Iterator[Measure]:
    yield from _emergencies(rows("emergency.tsv"), readers)
    yield from _strangers(rows, readers)
    yield from _leaving(rows("optout.tsv"), readers)
    yield from _questions(rows, readers)


def _wants(rows: Iterable[Row], column: str) -> list[tuple[str, str]]:
    return [(row["text"], row.get(column, "")) for row in rows]


def _emergencies(rows: list[Row], readers: Readers) -> Iterator[Measure]:
    strict = [row for row in rows if row["strict"] == "yes"]
    caught = [row for row in strict if row["label"] in ("emergency", "crisis")]
    near = [row for row in strict if row["label"] == "near_miss"]
    yield Measure("emergency", "alarm raised", judge(readers, _wants(caught, "kind"), alarmed, "alarm"), 0.97)
    yield Measure(
        "emergency", "wrong: near miss alarmed", judge(readers, _wants(near, "label"), alarmed, "alarm"), 0.02, fewer=True
    )


def _strangers(rows: Rows, readers: Readers) -> Iterator[Measure]:
    """Real texts between people, few of which say either. Both files together have the aim."""
    files = {name: _wants(rows(f"{name}.tsv"), "") for name in ("sms_uci", "sms_nus")}
    for what, hit, by in (("wrong: alarm", alarmed, "alarm"), ("wrong: read as leaving", left, "leave")):
        for name, texts in files.items():
            yield Measure(name, what, judge(readers, texts, hit, by), None, fewer=True)
        yield Measure(
            "sms, both", what, judge(readers, [text for texts in files.values() for text in texts], hit, by), _RARE, fewer=True
        )


_LABELS: Final[tuple[tuple[str, str, Hit, str, float | None, bool], ...]] = (
    ("opt_out", "leaving honoured", left, "leave", 0.96, False),
    ("opt_out", "wrong: asked whether they leave", lambda got, _: "leave" in offered(got), "leave", None, True),
    ("twilio_will_not_block", "leaving honoured, not by Twilio", left, "leave", None, False),
    ("probable_opt_out", "leaving honoured, probably meant", left, "leave", None, False),
    ("not_opt_out", "wrong: read as leaving", left, "leave", 0.0, True),
    ("help", "help", lambda got, _: got == "help", "word", 1.0, False),
    ("resubscribe", "start", lambda got, _: got == "start", "word", 1.0, False),
    ("stop_reminders", "only reminders end", reminders_end, "leave", 1.0, False),
)


def _leaving(rows: list[Row], readers: Readers) -> Iterator[Measure]:
    """Without the row that calls a bare "no" leaving: it answers our questions."""
    for label, what, hit, by, aim, fewer in _LABELS:
        texts = [row for row in rows if row["label"] == label and row["text"].casefold() != "no"]
        yield Measure("optout", what, judge(readers, _wants(texts, "label"), hit, by), aim, fewer)
    ours = [row for row in rows if row["label"] == "opt_out" and row.get("lang") in _OURS and row["text"].casefold() != "no"]
    yield Measure("optout, en and es", "leaving honoured", judge(readers, _wants(ours, "label"), left, "leave"))


def _questions(rows: Rows, readers: Readers) -> Iterator[Measure]:
    ours = [
        (row["text"], _TOPICS[row["our_topic"]]) for row in _sure(rows("questions_as_baclofen.tsv")) if row["our_topic"] in _TOPICS
    ]
    yield Measure("questions, ours", "right tip at once", judge(readers, ours, at_once, "screen"), 0.85)
    yield Measure("questions, ours", "right tip at once or offered first", judge(readers, ours, first, "screen"), 0.85)
    yield Measure("questions, ours", "right tip among up to 3", judge(readers, ours, among, "offer"), 0.95)
    others = _sure(rows("questions.tsv")) + _sure(rows("questions_other.tsv"))
    strange = _wants((row for row in others if row["our_topic"] == "other"), "our_topic")
    yield Measure("questions, not ours", "no tip forced", judge(readers, strange, lambda got, _: not forced(got), "screen"), 0.9)
    yield Measure("questions, not ours", "wrong: alarm", judge(readers, strange, alarmed, "alarm"), None, fewer=True)


def _sure(rows: list[Row]) -> list[Row]:
    """A file without the column is sure of all."""
    return [row for row in rows if row.get("confidence", "high") == "high"]


def _topics(got: str) -> tuple[str, ...]:
    """What a verdict shows or offers, without the part after a topic's own name."""
    shown = (got.removeprefix("screen:"),) if got.startswith("screen:") else offered(got)
    return ("overdose",) if got.startswith("red_flag:overdose") else tuple(screen.split("-")[0] for screen in shown)


def at_once(got: str, want: str) -> bool:
    return not offered(got) and want in _topics(got)


def first(got: str, want: str) -> bool:
    return _topics(got)[:1] == (want,)


def among(got: str, want: str) -> bool:
    return want in _topics(got)[:3]
