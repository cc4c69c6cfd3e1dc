"""Clock times in what people type: the times of their doses, one time alone, one time in a sentence. Minutes of the local day."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from service.core.answers.clock import NOON, Found, Reading, reading
from service.core.answers.vocabulary import Vocabulary

MOST_TIMES: Final = 6
AM_OR_PM: Final = "am or pm?"
HOW_OFTEN: Final = "how often, not when"
_MOST_STRANGE: Final = 10
"""Words unknown to us in a text whose times are taken as understood: more of them say more than times."""
_WAKING: Final = 300
"""Where a day of doses begins when neither am nor pm is said: proposals count from 5:00."""

_BY_COUNT: Final = {1: (480,), 2: (480, 1200), 3: (480, 840, 1200), 4: (480, 720, 960, 1200), 5: (420, 630, 840, 1050, 1260)}
_BY_HOURS: Final = {4: (0, 240, 480, 720, 960, 1200), 6: (0, 360, 720, 1080), 8: (360, 840, 1320), 12: (480, 1200), 24: (480,)}


@dataclass(frozen=True, slots=True)
class Times:
    """`kind`: "times", "ask" or "no". `times`: sorted, distinct minutes of the local day; `offered`: what to propose; `why` so."""

    kind: str
    times: tuple[int, ...] = ()
    offered: tuple[int, ...] = ()
    why: str = ""

    @property
    def often(self) -> bool:
        """Whether it says how often, without a time by the clock."""
        return self.why == HOW_OFTEN

    @property
    def half_open(self) -> bool:
        """Whether nothing is unclear but morning or evening."""
        return self.why == AM_OR_PM


def read_times(vocabulary: Vocabulary, text: str, lang: str | None = None) -> Times:
    """All dose times of a text: "times" if the whole is understood and clear, "ask" if not all is, "no" without any.

    "ask" also for how often without when. `lang` None reads English and Spanish, and takes the one that knows more of the words.
    """
    readings = [reading(language, text) for language in vocabulary.spoken(lang)]
    fewest = min(r.strange for r in readings)
    verdicts = [_verdict(r) for r in readings if r.strange == fewest]
    return min(verdicts, key=lambda v: _CAUTION[v.kind]) if len({(v.kind, v.times) for v in verdicts}) > 1 else verdicts[0]


_CAUTION: Final = {"ask": 0, "times": 1, "no": 2}


def read_clock(vocabulary: Vocabulary, text: str, lang: str | None = None) -> tuple[int, ...]:
    """What ONE clock time that is all of the text may mean, in minutes of the day: "8" -> (480, 1200), "8 pm" -> (1200,); or ()."""
    for spoken in (reading(language, text) for language in vocabulary.spoken(lang)):
        if _ALONE.fullmatch(spoken.rest):
            return spoken.found[0].minutes
    return ()


def find_clock(vocabulary: Vocabulary, text: str, lang: str | None = None) -> tuple[int, ...]:
    """The minutes that the one clock time in a sentence may mean ("took it at 7:30" -> (450, 1170)); () if none or several."""
    readings = [reading(language, text) for language in vocabulary.spoken(lang)]
    fewest = min(r.strange for r in readings)
    for spoken in (r for r in readings if r.strange == fewest):
        sure = [f for f in spoken.found if f.sure]
        if len(sure) == 1 and sure[0].minutes and not _JOINED.search(spoken.rest):
            return sure[0].minutes
    return ()


_ALONE: Final = re.compile(r"[,;@]*K[,;O]*")
_JOINED: Final = re.compile(r"K[,;&y/<@M-]+K")


def _verdict(said: Reading) -> Times:
    found = said.found
    if not any(f.sure for f in found) and (said.strange or not any(f.minutes for f in found)):
        return _without_times(said)
    found = _settled(found)
    why = next((why for wrong, why in _DOUBTS if wrong(said, found)), "")
    if why:
        return Times("ask", (), _in_order(found), why)
    return Times("times", tuple(sorted(f.minutes[0] for f in found)), (), "all understood")


def _without_times(said: Reading) -> Times:
    offered = next((_proposal(o.times, o.hours) for o in said.often if not o.plain), _BY_COUNT[1])
    if any(not o.plain for o in said.often) or (said.often and (said.amounts or not said.strange)):
        return Times("ask", (), offered, HOW_OFTEN)
    if _VAGUE.search(said.rest) and not said.strange:
        return Times("ask", (), (), "a part of the day, not a time")
    return Times("no", (), (), "no clock time")


_VAGUE: Final = re.compile("[PBWRY]")


def _proposal(times: int, hours: int) -> tuple[int, ...]:
    return _BY_HOURS.get(hours, ()) or _BY_COUNT.get(times, ())


def _settled(found: Sequence[Found]) -> tuple[Found, ...]:
    """The times with those made clear by their neighbours: "8am, 8" is morning and night; beside 14:00, 8:00 is the morning."""
    clear = {f.minutes[0] for f in found if len(f.minutes) == 1}
    open_ones = [f for f in found if len(f.minutes) == 2]
    counts_24 = any(f.whole_day and f.minutes and f.minutes[0] >= NOON and f.colon for f in found) and not any(
        f.half for f in found
    )
    if counts_24 and all(f.colon for f in open_ones):
        # Whoever writes 14:00 writes the afternoon that way, so 8:00 is not one; 12:30 is then noon.
        return tuple(replace(f, minutes=(f.minutes[f.minutes[0] < 60],)) if len(f.minutes) == 2 else f for f in found)
    for before, after in pairwise(found):
        other = tuple(set(after.minutes) - clear)
        # Only behind the clear one: "10 and 10 pm" may be ten past. At twelve "the other one" is no answer.
        if open_ones == [after] and len(before.minutes) == len(other) == 1 and after.minutes[0] >= 60:
            return tuple(replace(f, minutes=other) if f is after else f for f in found)
    return tuple(found)


def _in_order(found: Sequence[Found]) -> tuple[int, ...]:
    """What to propose: each time as the next one of the day that it may mean; both for one alone."""
    if len(found) == 1:
        return found[0].minutes
    offered: list[int] = []
    for time in (f for f in found if f.minutes):
        after = offered[-1] if offered else _WAKING - 1
        offered.append(next((m for m in time.minutes if m > after), time.minutes[0]))
    distinct = tuple(sorted(set(offered)))
    return distinct if len(distinct) <= MOST_TIMES else ()


def _pattern(pattern: str) -> Callable[[Reading, Sequence[Found]], bool]:
    search = re.compile(pattern).search
    return lambda said, _: search(_MEALS.sub("K", _BULLETS.sub(";", said.rest))) is not None


_BULLETS: Final = re.compile("(?:^|;)-")
# A meal beside a time says when that is; alone it is a time of its own that we do not know.
_MEALS: Final = re.compile(r"KB|B@*K")


def _count_differs(said: Reading, found: Sequence[Found]) -> bool:
    counts = {o.times or len(_BY_HOURS.get(o.hours, ())) for o in said.often if not o.plain}
    return bool(counts - {len(found)})


def _maybe_amounts(_: Reading, found: Sequence[Found]) -> bool:
    """ "One in the morning and two at night" counts tablets, "10 in the morning and 20 at night" milligrams."""
    amounts = [f.amount for f in found]
    return max(amounts) == 3 or (min(amounts) > 0 and (len(amounts) > 1 or amounts[0] == 2))


def _bare_24(_: Reading, found: Sequence[Found]) -> bool:
    return any(f.whole_day and not f.sure and not f.colon for f in found)


_DOUBTS: Final[tuple[tuple[Callable[[Reading, Sequence[Found]], bool], str], ...]] = (
    (lambda _, found: not all(f.minutes for f in found), "no such time"),
    (_pattern(r"K[,/&]*[-<]+[@,]*K|(?<![;])-K|<K"), "a range"),
    (lambda _, found: any(len(f.minutes) > 1 for f in found), AM_OR_PM),
    (_maybe_amounts, "a time or an amount?"),
    (_bare_24, "a time or a number?"),
    (_pattern("[#nbzwlvdtqfo]"), "a number is left over"),
    (_pattern("[MRWYAk>]|K<|p"), "more is said than times"),
    (_pattern("B"), "a meal or bedtime without a time"),
    (_pattern("P"), "a part of the day without a time"),
    (lambda _, found: len({f.minutes for f in found}) < len(found), "the same time twice"),
    (lambda _, found: len(found) > MOST_TIMES, "too many times"),
    (_count_differs, "as often as said?"),
    (lambda said, _: said.strange > _MOST_STRANGE, "too many other words"),
)
