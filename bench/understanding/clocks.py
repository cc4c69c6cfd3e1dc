"""What the practice files measure of clock times: right, wrong, asked back where morning or evening is not said."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bench.understanding.measure import Measure, Readers, judge_times
from bench.understanding.texts import Row, Rows

ASK: Final = "ask"
NO: Final = "no times"
_AIMS: Final = {"en": 0.95, "es": 0.9}
_HALF: Final = re.compile(
    r"\d\s?[ap]\b|(?<![a-z])[ap]\s?\.?\s?m\b|noon|mid.?(night|day)|morning|evening|night|lunch|mañana|tarde|noche|medio",
    re.IGNORECASE,
)
"""What says which half of the day is meant."""
_VAGUE: Final = re.compile(r"mid.?(morning|afternoon)$", re.IGNORECASE)
_DAILY: Final = re.compile(r"T(\d\d)(?::(\d\d))?$")


def measures(rows: Rows, readers: Readers) -> Iterator[Measure]:
    duckling = rows("clock_times_duckling.tsv")
    recognizers = rows("clock_times_recognizers.tsv")
    yield from _by_language("duckling", _of_duckling(duckling), readers)
    yield from _by_language("recognizers", _of_recognizers(recognizers), readers)
    yield from _sentences(recognizers, readers)
    yield from _pair("time_lists", _of_lists(rows("time_lists.tsv")), readers, 0.95)
    sets = rows("time_sets_recognizers.tsv")
    yield from _by_language("time_sets, daily", _of_sets(sets), readers)
    none = {
        "time_sets, others": [row["input"] for row in sets if not _DAILY.match(row["timex"])],
        "frequencies": [row["text"] for row in rows("frequencies.tsv")],
        "not_times_duckling": [row["text"] for row in rows("not_times_duckling.tsv")],
        "not_times_recognizers": [row["input"] for row in rows("not_times_recognizers.tsv")],
    }
    for name, texts in none.items():
        yield Measure(name, "not accepted", judge_times(readers, [(text, NO) for text in texts], _refused), 1.0)


Clock = tuple[str, str, str]
"""Language, text, and the times it says, or `ask`."""


def _by_language(name: str, rows: Iterable[Clock], readers: Readers) -> Iterator[Measure]:
    rows = list(rows)
    for lang in sorted({lang for lang, _, _ in rows}):
        spoken = [(text, want) for code, text, want in rows if code == lang]
        yield from _pair(f"{name} {lang}", [row for row in spoken if row[1] != ASK], readers, _AIMS[lang])
        yield Measure(
            f"{name} {lang}", "ambiguous asked", judge_times(readers, [row for row in spoken if row[1] == ASK], right), 1.0
        )


def _pair(name: str, rows: list[tuple[str, str]], readers: Readers, aim: float | None) -> Iterator[Measure]:
    yield Measure(name, "right", judge_times(readers, rows, right), aim)
    yield Measure(name, "wrong: other times accepted", judge_times(readers, rows, wrong), 0.0, fewer=True)


def right(got: str, want: str) -> bool:
    return got == want


def wrong(got: str, want: str) -> bool:
    """Times that are not those meant; to ask is not wrong."""
    return got != want and not _refused(got, want)


def _refused(got: str, _: str) -> bool:
    return not got[:1].isdigit()


# ---- what the columns of each file say


def _lang(row: Row) -> str:
    return row["lang"].lower()[:2].replace("sp", "es")


def _of_duckling(rows: list[Row]) -> list[Clock]:
    return [(_lang(row), row["text"], ASK if row["ampm_ambiguous"] == "yes" else row["expected_hhmm"]) for row in rows]


def _of_recognizers(rows: list[Row]) -> list[Clock]:
    """The part of each sentence that is its time, once each."""
    return list(dict.fromkeys((_lang(row), row["matched_text"], _meant(row, _doubled(rows))) for row in rows))


def _doubled(rows: list[Row]) -> set[str]:
    """What some row of the file resolves to two times."""
    return {row["matched_text"] for row in rows if "|" in row["resolution"]}


def _meant(row: Row, doubled: set[str]) -> str:
    """The file takes the morning where nothing is said; of an hour up to 12 without a word about it we ask."""
    text, hour = row["matched_text"], int(row["expected_hhmm"][:2])
    unsaid = 1 <= hour <= 12 and not _HALF.search(text)
    return ASK if unsaid or text in doubled or _VAGUE.match(text) else row["expected_hhmm"]


def _sentences(rows: list[Row], readers: Readers) -> Iterator[Measure]:
    """The whole sentences, which nobody asked for: not all need be understood, but none wrongly."""
    doubled = _doubled(rows)
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        found.setdefault((_lang(row), row["input"]), set()).add(_meant(row, doubled))
    for lang in sorted({lang for lang, _ in found}):
        spoken = [(text, ASK if ASK in meant else ",".join(sorted(meant))) for (code, text), meant in found.items() if code == lang]
        yield from _pair(f"recognizers, sentences {lang}", spoken, readers, None)


def _of_lists(rows: list[Row]) -> list[tuple[str, str]]:
    """Days of the week and times in doubt are asked back."""
    return [(row["text"], row["expected"] if row["verdict"] == "ok" else ASK) for row in rows]


def _of_sets(rows: list[Row]) -> Iterator[Clock]:
    for row in rows:
        if said := _DAILY.match(row["timex"]):
            yield _lang(row), row["matched_text"], f"{said[1]}:{said[2] or '00'}"
